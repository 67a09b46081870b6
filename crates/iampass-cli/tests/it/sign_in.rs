//! `iampass sign-in`.

mod emulated;
mod file;
mod outcomes;
mod stopped;
mod waiting;
