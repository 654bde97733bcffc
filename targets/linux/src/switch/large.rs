//! Values that are too large for a thread's stack, in a box.

use std::io;
use std::thread;

/// How often such a value may stand on the stack while it moves into its box, when nothing is optimised.
const COPIES: usize = 4;
/// What any thread needs besides.
const STACK_LEN_LEAST: usize = 1 << 20;

/// Makes a value on a thread whose stack is large enough for it. Only what is touched of that stack becomes memory.
///
/// # Errors
/// What the system says when there is no room for the stack.
pub(crate) fn boxed<T: Send>(make: impl FnOnce() -> T + Send) -> io::Result<Box<T>> {
    let stack_len = STACK_LEN_LEAST + COPIES * size_of::<T>();
    thread::scope(|scope| {
        let maker = thread::Builder::new().stack_size(stack_len).spawn_scoped(scope, || Box::new(make()))?;
        // A panic of `make` goes on here.
        maker.join().map_err(|panic| std::panic::resume_unwind(panic))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_beyond_any_test_stack_is_made() {
        let value = boxed(|| [7u8; 64 << 20]).unwrap();
        assert_eq!(value.iter().map(|byte| u64::from(*byte)).sum::<u64>(), 7 * (64 << 20));
    }
}
