//! Texts of what was not read.

use super::Lang;

impl Lang {
    /// So many messages in so many rooms are marked as read.
    #[must_use]
    pub fn read_all(self, messages: usize, rooms: usize) -> String {
        match (self, messages) {
            (Self::En, 0) => "everything was read already".to_owned(),
            (Self::Ko, 0) => "이미 모두 읽었습니다".to_owned(),
            (Self::En, _) => {
                let rooms = if rooms == 1 { "1 room".to_owned() } else { format!("{rooms} rooms") };
                format!("marked as read: {messages} in {rooms}")
            }
            (Self::Ko, _) => format!("방 {rooms}개의 메시지 {messages}개를 읽은 것으로 했습니다"),
        }
    }
}
