// Answers {"name":"Ada"} with {"message":"Hello Ada"}: the event comes on standard input, the answer
// goes to standard output, and what is printed to standard error is the log.
use std::io::{self, Read};

// The text of the event's "name", without judging JSON; a real function would use a library.
fn name(event: &str) -> Option<&str> {
    let rest = event.split_once("\"name\"")?.1.split_once('"')?.1;
    Some(rest.split_once('"')?.0)
}

fn main() -> io::Result<()> {
    let mut event = String::new();
    io::stdin().read_to_string(&mut event)?;
    eprintln!("request {}", std::env::var("AWS_LAMBDA_REQUEST_ID").unwrap_or_default());
    print!("{{\"message\":\"Hello {}\"}}", name(&event).unwrap_or("world"));
    Ok(())
}
