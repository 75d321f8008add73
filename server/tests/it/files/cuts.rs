//! Cuts cost nothing: whatever ends a transfer, the next one goes on where it was.

use super::*;

#[tokio::test]
async fn an_upload_that_is_cut_anywhere_goes_on_there_and_is_the_same() {
    let server = TestServer::open();
    let whole = content(400_000);
    for cut in [0, 1, 4095, 65_536, 131_071, 131_072, 131_073, 262_144, 399_999] {
        let content = [&whole[..], &cut.to_string().into_bytes()].concat();
        let mut mover = server.mover().await;
        mover.open(&server.may_send(ANN, &content).await, 0).await;
        assert_eq!(mover.begins().await.0, 0);
        mover.raw(&content[..cut]).await;
        // The server says how much it has when the sender is at its end.
        mover.finish().await;
        assert_eq!(mover.refused().await.code, Code::BadRequest);
        let token = server.may_send(ANN, &content).await;
        assert_eq!(server.mover().await.upload(&token, &content).await, cut as u64);
        assert!(server.fetch_file(BEN, &content).await == content, "cut at {cut}");
    }
    assert!(files_in(&server, "part").is_empty());
}
