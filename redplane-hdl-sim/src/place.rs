//! From a recorded program to the stages of a pipeline.
//!
//! 1. `place/logic.rs`: guards become functions over the conditions that a gateway can ask.
//! 2. `place/plan.rs`: accesses, writes and counts become jobs, with operands told apart before they are needed.
//! 3. `place/schedule.rs`: jobs go into stages as early as what they depend on and what a stage has allow.
//! 4. `place/emit.rs`: the jobs of a stage become its units.

mod logic;
mod plan;

pub use plan::Shape;
