#![doc = include_str!("../README.md")]

mod additions;
mod body;
mod contract;
mod markdown;
mod operation;
mod schema;
mod standalone;

pub use additions::{Additions, Chapter};
pub use body::body;
pub use contract::{Contract, ContractError};
pub use operation::{Body, Operation, Parameter, Target};
pub use standalone::standalone;

/// The style of everything that [`body`] makes, and of the page around it: colours for light and dark, text, frame.
pub const STYLE: &str = include_str!("style.css");
