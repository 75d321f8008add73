//! `--metrics`: an HTTP endpoint with the metrics for Prometheus (`/metrics`) and of its health (`/livez`, `/readyz`,
//! `/healthz`; see [`Health`]). Written by hand for these few paths, since an HTTP library would be larger than the rest of the server's I/O.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::health::Health;
use crate::stats::family::exposition;

/// The most concurrent requests; the next one waits in the backlog.
const MAX_CONCURRENT: usize = 8;
/// The most bytes of a request's line and headers; a longer one is refused.
const HEAD_BYTES: usize = 8 * 1024;
/// How long a request may take to come.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// How long its answer may take; what takes longest is finding out that the server hangs.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// How long to wait after a failed accept.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);

/// Answers until the task is dropped.
pub async fn serve(listener: TcpListener, health: Health) {
    let permits = Arc::new(Semaphore::new(MAX_CONCURRENT));
    let health = Arc::new(health);
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let health = Arc::clone(&health);
                tokio::spawn(async move {
                    // A request that times out is closed without an answer.
                    timeout(ANSWER_TIMEOUT, answer(stream, &health)).await.ok();
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "could not accept a request for the metrics");
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
            }
        }
    }
}

async fn answer(mut stream: TcpStream, health: &Health) -> std::io::Result<()> {
    let response = match timeout(REQUEST_TIMEOUT, read_head(&mut stream)).await?? {
        Some(head) => respond(&head, health).await,
        None => response("431 Request Header Fields Too Large", "", "the request is too long\n"),
    };
    stream.write_all(response.as_bytes()).await?;
    stream.shutdown().await?;
    // Closing with unread input would reset the connection, and the client could lose the answer.
    while stream.read(&mut [0; 512]).await? > 0 {}
    Ok(())
}

/// Reads up to the empty line; `None` if there are too many bytes.
async fn read_head(stream: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let mut head = Vec::new();
    let mut some = [0; 1024];
    loop {
        let read = stream.read(&mut some).await?;
        head.extend_from_slice(some.get(..read).unwrap_or_default());
        let ends = |end: &[u8]| head.windows(end.len()).any(|window| window == end);
        if ends(b"\r\n\r\n") || ends(b"\n\n") {
            return Ok(Some(head));
        }
        if head.len() > HEAD_BYTES {
            return Ok(None);
        }
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}

async fn respond(head: &[u8], health: &Health) -> String {
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let mut words = std::str::from_utf8(line).unwrap_or_default().split_whitespace();
    let (method, target, version) = (words.next(), words.next(), words.next());
    if !version.is_some_and(|version| version.starts_with("HTTP/1.")) {
        return response("400 Bad Request", "", "this is not HTTP/1.1\n");
    }
    match method {
        Some("GET") => answer_to(target, health).await,
        // The head of the same answer (RFC 9110, section 9.3.2).
        Some("HEAD") => {
            let mut answer = answer_to(target, health).await;
            let head = answer.find("\r\n\r\n").map_or(answer.len(), |end| end + 4);
            answer.truncate(head);
            answer
        }
        _ => {
            let only = "only GET and HEAD are answered here\n";
            response("405 Method Not Allowed", "Allow: GET, HEAD\r\n", only)
        }
    }
}

async fn answer_to(target: Option<&str>, health: &Health) -> String {
    let found = match target.and_then(|target| target.split('?').next()) {
        Some("/metrics") => return response("200 OK", "", &exposition(&health.observer.families())),
        Some("/livez") => health.is_alive().await,
        Some("/readyz") => health.is_ready().await,
        Some("/healthz") => health.is_well().await,
        _ => {
            return response("404 Not Found", "", "there are /metrics, /livez, /readyz and /healthz\n");
        }
    };
    match found {
        Ok(()) => response("200 OK", "", "ok\n"),
        Err(why) => response("503 Service Unavailable", "", &format!("{why}\n")),
    }
}

fn response(status: &str, more: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n{more}\r\n{body}",
        body.len()
    )
}
