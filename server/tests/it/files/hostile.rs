//! Who lies, is slow, or has no right to it.

use super::*;

#[tokio::test]
async fn a_token_opens_one_transfer_and_a_made_up_one_none() {
    let server = TestServer::open();
    let token = server.may_send(ANN, b"hello\n").await;
    server.mover().await.upload(&token, b"hello\n").await;
    for token in [token, TransferToken::from_bytes([7; 16])] {
        let mut mover = server.mover().await;
        mover.open(&token, 0).await;
        assert_eq!(mover.refused().await.code, Code::TokenInvalid);
    }
}
