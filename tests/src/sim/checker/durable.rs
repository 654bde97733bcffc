//! No output before durability, and no lost acked write.

use crate::sim::register::Output;

/// Checks an output as it leaves a switch: what it shows is durable. `durable` is the flow's count and life in the committed log.
pub fn check(output: &Output, durable: Option<(u32, u16)>) -> Result<(), String> {
    match durable {
        // An output of an earlier life may be late; its record is gone, and was durable.
        Some((_, life)) if life > output.life => Ok(()),
        Some((count, life)) if life == output.life && count >= output.count => Ok(()),
        None if output.count == 0 => Ok(()),
        durable => Err(format!("{output:?} left, but durable is {durable:?} (count, life)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_ahead_of_the_log_is_found() {
        let output = Output { id: 1, count: 3, writer: 1, life: 1 };
        check(&output, Some((3, 1))).unwrap();
        check(&output, Some((4, 1))).unwrap();
        check(&output, Some((0, 2))).unwrap();
        assert!(check(&output, Some((2, 1))).is_err());
        assert!(check(&output, None).is_err());
    }
}
