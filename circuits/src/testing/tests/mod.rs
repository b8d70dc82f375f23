//! The statements and the gadgets under attack by machine; and the machine on circuits with known holes.

mod assign;
mod blocks;
mod gadgets;
mod holes;
mod variables;
mod verdict;
