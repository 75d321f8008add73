//! What a connection costs that is there and says nothing: resident memory of the process, without what the kernel holds.

use super::Effort;
use super::driver::process::Process;
use super::report::{figure, in_turns};
use super::target::Target;

const CONNECTIONS: usize = 1000;

/// Resident memory by connection.
pub(crate) fn measure(effort: &Effort) {
    in_turns(effort, |contender| {
        let target = Target::start(contender);
        // What the first ones need once is not counted.
        let first: Vec<_> = (0..50).map(|number| target.member(number, 0)).collect();
        let before = target.process().resident();
        let more: Vec<_> = (50..50 + CONNECTIONS).map(|number| target.member(number, 0)).collect();
        let settled = settled(&target.process());
        drop((first, more));
        let bytes = settled.saturating_sub(before) as f64 / CONNECTIONS as f64;
        vec![figure("an idle connection, memory", bytes, "bytes")]
    });
}

/// Its memory once everybody's joins have gone out.
pub(crate) fn settled(process: &Process) -> u64 {
    std::thread::sleep(std::time::Duration::from_millis(300));
    process.resident()
}
