//! The platform's folder for a program's settings.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

/// `iampass` in `$XDG_CONFIG_HOME` or `~/.config`; on macOS in `~/Library/Application Support`, on Windows in
/// `%APPDATA%`. `None` when the machine does not tell the home folder.
pub(super) fn settings_folder() -> Option<PathBuf> {
    let strategy = etcetera::base_strategy::choose_native_strategy().ok()?;
    // Apple keeps `Preferences`, which is the strategy's folder for settings, to property lists.
    let folder = if cfg!(target_os = "macos") { strategy.data_dir() } else { strategy.config_dir() };
    Some(folder.join("iampass"))
}
