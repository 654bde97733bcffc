//! `redplane store status`: how the replicas of a store do, as a table.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use comfy_table::{Table, presets};
use redplane_store::server::Status;

use crate::exit::Kind;

/// How long a replica may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Bytes of an answer that are read.
const ANSWER_MAX: u64 = 1 << 20;

/// Shows how the replicas of a store do.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "The exit code is 1 if a replica does not answer or does not do its part.

Example:
  redplane store status --metrics 10.9.0.1:9108,10.9.0.2:9108,10.9.0.3:9108")]
pub(crate) struct Args {
    /// Where the replicas have their metrics.
    #[arg(long, value_name = "HOST:PORT,…", value_delimiter = ',', required = true)]
    metrics: Vec<String>,

    /// Prints what each says as a line of JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Asks all of them and shows what they say.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let answers: Vec<_> = args.metrics.iter().map(|place| (place.as_str(), ask(place))).collect();
    if args.json {
        for (place, answer) in &answers {
            match answer {
                Ok(status) => println!("{}", serde_json::json!({ "metrics": place, "status": status })),
                Err(error) => {
                    println!("{}", serde_json::json!({ "metrics": place, "error": format!("{error:#}") }))
                }
            }
        }
    } else {
        println!("{}", table(&answers));
        for (place, answer) in &answers {
            match answer {
                Ok(Status { trouble: Some(trouble), .. }) => println!("{place}: {trouble}"),
                Ok(_) => {}
                Err(error) => println!("{place}: {error:#}"),
            }
        }
    }
    let is_well =
        |answer: &anyhow::Result<Status>| answer.as_ref().is_ok_and(|status| status.trouble.is_none());
    let all_well = answers.iter().all(|(_, answer)| is_well(answer));
    Ok(if all_well { ExitCode::SUCCESS } else { Kind::Promise.into() })
}

fn table(answers: &[(&str, anyhow::Result<Status>)]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    table.set_header([
        "metrics",
        "name",
        "role",
        "view",
        "members",
        "shards",
        "flows",
        "lag",
        "commit p50/p99",
        "free ports",
        "refused",
    ]);
    for (place, answer) in answers {
        let Ok(status) = answer else {
            table.add_row([*place, "", "no answer"]);
            continue;
        };
        let view = status.view.as_ref();
        let mut members = view
            .map(|view| {
                view.members.iter().map(|member| member.name.as_str()).collect::<Vec<_>>().join(" → ")
            })
            .unwrap_or_default();
        if let Some(joiner) = &status.joiner {
            members.push_str(&format!(" (+ {joiner})"));
        }
        let refused = status.refused.iter().map(|(why, count)| format!("{why} {count}"));
        let unserved = (status.unserved > 0).then(|| format!("dropped {}", status.unserved));
        table.add_row([
            (*place).to_owned(),
            status.name.clone(),
            status.role.clone(),
            view.map_or_else(String::new, |view| view.number.to_string()),
            members,
            status.shards.to_string(),
            status.flows.to_string(),
            status.lag.to_string(),
            match (status.commit_p50_us, status.commit_p99_us) {
                (Some(half), Some(most)) => format!("{half} / {most} µs"),
                _ => "–".to_owned(),
            },
            if status.ports > 0 {
                format!("{} of {}", status.ports_free, status.ports)
            } else {
                "–".to_owned()
            },
            refused.chain(unserved).collect::<Vec<_>>().join(", "),
        ]);
    }
    table
}

fn ask(place: &str) -> anyhow::Result<Status> {
    let address = place
        .to_socket_addrs()
        .context("write HOST:PORT of a store's --metrics")?
        .next()
        .context("there is no such host")?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).context("cannot be reached")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(format!("GET /status HTTP/1.1\r\nHost: {place}\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.take(ANSWER_MAX).read_to_string(&mut answer).context("does not answer")?;
    let (head, body) = answer.split_once("\r\n\r\n").context("this is not how a store answers")?;
    ensure!(head.starts_with("HTTP/1.1 200"), "answers {}", head.lines().next().unwrap_or_default());
    serde_json::from_str(body).context("this is not how a store of this version answers")
}
