//! `guichet serve`: pages, intake, delivery and upkeep in one process, until SIGTERM or SIGINT.

use std::fs::{File, TryLockError};
use std::io::IsTerminal as _;
use std::process::ExitCode;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::assemble;
use crate::config::Config;
use crate::delivery::Courier;
use crate::desk::Desk;
use crate::intake::{Worker, imap, lmtp};
use crate::mail::mailer::Mailer;
use crate::{upkeep, web};

pub(super) fn run(config: &Config) -> anyhow::Result<ExitCode> {
    assemble::log(&config.log);
    let _alone = alone_on(config)?;
    assemble::runtime()?.block_on(async {
        let listener = listen(config).await?;
        let desk = assemble::desk(config).await?;
        if let Some(first) = web::auth::first_access(&desk).await? {
            // Whoever reads the journal later must not find a way in, and systemd puts standard output there too.
            if std::io::stdout().is_terminal() {
                let link = &first.link;
                assemble::tell(&format!("Premier accès de l’équipe (lien à usage unique) : {link}\n"));
            } else {
                let email = &first.email;
                assemble::tell(&format!(
                    "Premier accès de l’équipe : « guichet user link {email} » en donne le lien.\n"
                ));
            }
        }
        until_stopped(&desk, config, listener).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// One process at a time serves a SQLite database: a second one would take up what the first is doing. The lock ends
/// with the process, however it ends. `None` with PostgreSQL, which several share.
pub(super) fn alone_on(config: &Config) -> anyhow::Result<Option<File>> {
    let Some(database) = config.database.sqlite_file() else { return Ok(None) };
    let path = format!("{database}.lock");
    let lock = File::create(&path).with_context(|| format!("ouverture de {path}"))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => anyhow::bail!(
            "un autre guichet sert déjà {database} : arrêtez-le, ou passez à PostgreSQL pour en avoir plusieurs"
        ),
        Err(TryLockError::Error(cause)) => Err(cause).with_context(|| format!("verrouillage de {path}")),
    }
}

/// Takes the address before anything is promised or printed.
pub(super) async fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    let listen = config.web.listen;
    TcpListener::bind(listen).await.with_context(|| {
        format!("l’adresse {listen} ne peut pas être ouverte : changez web.listen (--port pour demo), ou arrêtez qui l’occupe")
    })
}

/// Serves and works until the process is asked to stop; what is under way is finished first.
pub(super) async fn until_stopped(desk: &Desk, config: &Config, listener: TcpListener) -> anyhow::Result<()> {
    if config.database.sqlite_file().is_some() {
        // Nobody else serves this file: what a process that died had taken is free at once, not at the end of its lease.
        desk.store().leases_forget(desk.clock().now()).await?;
    }
    let mailer = Mailer::new(&config.smtp).context("le courrier sortant est mal réglé (section [smtp])")?;
    let (stop, stopped) = watch::channel(false);
    let courier = Courier::new(desk.clone(), mailer, config.outbox.clone());
    let worker = Worker::new(desk.clone(), config.intake.clone());
    let mailboxes = imap::run(desk.clone(), config.imap.clone(), stopped.clone());
    let lmtp = lmtp::Server::bind(desk.clone(), &config.lmtp, &config.own()).await?;
    let (for_courier, for_worker, for_upkeep, mut for_lmtp, mut for_web) =
        (stopped.clone(), stopped.clone(), stopped.clone(), stopped.clone(), stopped);
    let mut delivery = tokio::spawn(async move { courier.run(for_courier).await });
    let mut intake = tokio::spawn(async move { worker.run(for_worker).await });
    let mut mailboxes = tokio::spawn(mailboxes);
    let mut broom = tokio::spawn(upkeep::run(desk.clone(), for_upkeep));
    let mut doors = tokio::spawn(async move {
        match lmtp {
            Some(server) => server.run(for_lmtp).await,
            // A closed door ends with the others.
            None => drop(for_lmtp.wait_for(|stop| *stop).await),
        }
    });
    let app = web::app(web::WebState::new(desk.clone(), config.pages()))
        .into_make_service_with_connect_info::<std::net::SocketAddr>();
    tracing::info!(address = %listener.local_addr()?, "guichet serves");
    let mut serving = tokio::spawn(async move {
        axum::serve(listener, app)
            .with_graceful_shutdown(async move {
                let _ = for_web.wait_for(|stop| *stop).await;
            })
            .await
    });
    let mut terminate = signal(SignalKind::terminate())?;
    // A loop that ends by itself has failed: pages alone would take requests that nobody ever sees.
    let failed = tokio::select! {
        _ = terminate.recv() => None,
        _ = tokio::signal::ctrl_c() => None,
        _ = &mut delivery => Some("delivery"),
        _ = &mut intake => Some("intake"),
        _ = &mut mailboxes => Some("mailboxes"),
        _ = &mut broom => Some("upkeep"),
        _ = &mut doors => Some("LMTP"),
        _ = &mut serving => Some("pages"),
    };
    tracing::info!("guichet stops; what is under way is finished first");
    stop.send_replace(true);
    for task in [delivery, intake, mailboxes, doors, broom] {
        if !task.is_finished() {
            let _ = task.await;
        }
    }
    if let Some(failed) = failed {
        anyhow::bail!("arrêt sur une faute du programme ({failed}) ; son lieu est dans le journal");
    }
    serving.await??;
    // The doors are closed: what they did last.
    if let Err(cause) = desk.write_tally().await {
        tracing::warn!(%cause, "what the doors did last is not counted");
    }
    desk.store().close().await;
    Ok(())
}
