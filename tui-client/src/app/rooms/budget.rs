//! Keeps what all rooms hold together within its budgets ([`RoomBudget`]): scrollback, members, lines that wait. The rooms that
//! were looked at longest ago give first, the current one last.

use shared::RoomName;

use super::Rooms;
#[cfg(doc)]
use crate::app::memory_budget::RoomBudget;

impl Rooms {
    /// Lets go of what is above the budgets.
    pub fn keep_to_budget(&mut self) {
        let most = self.budget.scrollback;
        let mut held: usize = self.list.iter().map(|room| room.timeline.bytes()).sum();
        if held > most {
            // A little more, so that this is not done for each event.
            let wanted = most - most / 16;
            let may_move_reader = held > most.saturating_mul(2);
            for at in self.looked_at_longest_ago() {
                let Some(room) = self.list.get_mut(at).filter(|_| held > wanted) else { break };
                held -= room.timeline.let_go(held - wanted, at != self.current || may_move_reader);
            }
            self.changes.draw();
        }
        // What is older would be let go of as soon as it came, and asked for again and again: there must be room for a page, and more
        // of it than letting go makes.
        let current = self.current;
        if let Some(room) = self.list.get_mut(current) {
            room.timeline.set_full(held > most - most / 4);
        }
        let members: usize = self.list.iter().map(|room| room.roster.bytes()).sum();
        let Some(mut excess) = members.checked_sub(self.budget.members).filter(|excess| *excess > 0) else {
            return;
        };
        for at in self.looked_at_longest_ago() {
            let Some(room) = self.list.get_mut(at).filter(|_| excess > 0) else { break };
            excess = excess.saturating_sub(room.roster.let_go(excess));
        }
        self.changes.draw();
    }

    /// The room with the most lines that wait for something before them, if all rooms together have too many.
    #[must_use]
    pub fn too_many_lines_wait(&self) -> Option<RoomName> {
        let waiting = |at: usize| self.list.get(at).map_or(0, |room| room.line_order.bytes());
        let places = 0..self.list.len();
        if places.clone().map(waiting).sum::<usize>() <= self.budget.waiting_lines {
            return None;
        }
        places.max_by_key(|at| waiting(*at)).and_then(|at| self.list.get(at)).map(|room| room.name.clone())
    }

    fn looked_at_longest_ago(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.list.len()).collect();
        places.sort_by_key(|at| (*at == self.current, self.list.get(*at).map(|room| room.looked_at)));
        places
    }
}
