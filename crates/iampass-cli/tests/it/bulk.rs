//! `iampass users import` and `iampass users remove`.

mod cases;
mod checkpoint;
mod faulty_service;
mod import;
mod input;
#[cfg(unix)]
mod on_terminal;
mod outages;
mod places;
mod report;
mod resume;
mod spreadsheets;
mod support;
mod tables;
