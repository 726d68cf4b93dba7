//! The parts that pages are made of. They show what they are given and call back.

pub mod announcer;
pub mod blade;
pub mod button;
pub mod choice;
pub mod code;
pub mod copy;
pub mod countdown;
pub mod dialog;
pub mod failure;
pub mod field;
pub mod filter_box;
pub mod fresh;
pub mod hold;
pub mod icon;
pub mod info;
pub mod listed;
pub mod lost;
pub mod message_bar;
pub mod rdp_file;
pub mod resource_menu;
pub mod select;
pub mod skeleton;
pub mod standing;
pub mod status_line;
pub mod table;
pub mod tag;
