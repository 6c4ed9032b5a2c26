//! Sets the DUT back to its factory state, tries what works there before a password was chosen, and sets it up again.

mod live;

pub use live::factory;
