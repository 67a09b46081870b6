//! `iampass sign-in`.

mod file;
mod outcomes;
mod stopped;
mod waiting;
