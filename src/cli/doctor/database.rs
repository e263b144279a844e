//! The database: does it answer, can it be written, is it of this program's time; and what the service itself has
//! noticed: what is parked, what does not leave, whether the account balances.

use chrono::{DateTime, Duration, Utc};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::super::assemble;
use super::report::Check;
use crate::config::Config;
use crate::fault::io_words;
use crate::store::{Store, StoreError};

const AREA: &str = "database";

/// Opens the database without changing it; `None` with the reason where that is impossible.
pub(super) async fn open(config: &Config) -> (Option<Store>, Check) {
    let name = "ouverture";
    match Store::connect_existing(&config.database).await {
        Ok(store) => {
            let dialect =
                if config.database.is_postgres() { "PostgreSQL répond" } else { "le fichier s’ouvre" };
            (Some(store), Check::good(AREA, name, dialect))
        }
        Err(cause @ StoreError::Missing(_)) => {
            let mend = "lancez une première fois « guichet serve »";
            (None, Check::fault(AREA, name, cause.to_string(), mend))
        }
        Err(cause) => {
            let mend = "vérifiez database.url, que le serveur tourne, et qu’il vous laisse entrer";
            (None, Check::fault(AREA, name, cause.to_string(), mend))
        }
    }
}

pub(super) async fn look(
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
) -> Result<Vec<Check>, StoreError> {
    let (pending, unknown) = store.migrations().await?;
    let mut checks = vec![match (pending, unknown) {
        (0, 0) => Check::good(AREA, "tables", "à jour"),
        (_, later) if later > 0 => Check::fault(
            AREA,
            "tables",
            "elles ont été mises à jour par un guichet plus récent que celui-ci",
            "lancez la même version partout",
        ),
        (before, _) => Check::warning(
            AREA,
            "tables",
            format!("{before} mises à jour à faire"),
            "elles se font au prochain démarrage de « guichet serve » ; sauvegardez avant",
        ),
    }];
    if pending > 0 {
        // The rest asks for tables that are not there yet.
        return Ok(checks);
    }
    if let Some(made) = assemble::keys_made_late(config, store).await? {
        checks.push(Check::warning(
            AREA,
            "clés de signature",
            format!("faites le {}, après la première demande : ce qui a été signé avant ne vaut plus (liens de suivi, adresses de réponse)", made.format("%Y-%m-%d %H:%M UTC")),
            "ajoutez au fichier la clé d’avant, prise dans la sauvegarde ; si elle est perdue, retirez-en la ligne « # Faite le »",
        ));
    } else if config.made_keys().is_some_and(|file| !file.exists()) && store.arrival_first().await?.is_some()
    {
        checks.push(Check::warning(
            AREA,
            "clés de signature",
            "le fichier de clés n’est plus là, et des demandes sont arrivées : une clé neuve rendrait muets les liens déjà envoyés",
            "reprenez guichet.keys de la sauvegarde avant de lancer « guichet serve »",
        ));
    }
    checks.push(match store.try_writing().await {
        Ok(took) => Check::good(AREA, "écriture", format!("possible, en {} ms", took.as_millis())),
        Err(cause) => Check::fault(
            AREA,
            "écriture",
            cause.to_string(),
            "vérifiez la place, les droits, et qu’aucun autre programme ne tient la base",
        ),
    });
    if let Some(theirs) = store.server_time().await? {
        let apart = (theirs - now).abs();
        checks.push(if apart < Duration::seconds(5) {
            Check::good(AREA, "horloge du serveur", "la même que celle de cette machine")
        } else {
            let says = format!("{} s d’écart avec cette machine", apart.num_seconds());
            Check::warning(AREA, "horloge du serveur", says, "mettez les deux à l’heure")
        });
    }
    if let Some(latest) = store.arrival_newest().await?.filter(|at| *at - now > Duration::minutes(1)) {
        let says =
            format!("une demande est arrivée le {}, dans l’avenir", latest.format("%Y-%m-%d %H:%M UTC"));
        checks.push(Check::fault(AREA, "dates", says, "l’horloge a reculé : mettez la machine à l’heure"));
    }
    let parked = store.arrivals_parked_count().await?.total;
    if parked > 0 {
        let says = format!("{parked} arrivées n’ont pas pu être lues");
        checks.push(Check::warning(AREA, "en panne", says, "voyez la page « En panne » de l’équipe"));
    }
    checks.push(if store.balance().await?.holds() {
        Check::good(AREA, "compte des arrivées", "tout ce qui est arrivé est quelque part")
    } else {
        Check::fault(AREA, "compte des arrivées", "il n’est pas bon", "voyez « guichet ledger »")
    });
    Ok(checks)
}

/// Whether `guichet serve` works on this database, and whether its pages answer.
pub(super) async fn serving(config: &Config) -> Vec<Check> {
    let locked = config.database.sqlite_file().map(|file| {
        let lock = std::fs::File::open(format!("{file}.lock"));
        lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(std::fs::TryLockError::WouldBlock)))
    });
    let listen = config.web.listen;
    let name = "guichet serve";
    let mut checks = Vec::new();
    match locked {
        Some(true) => checks.push(Check::good(AREA, name, "il tourne et tient la base")),
        Some(false) => checks.push(Check::warning(
            AREA,
            name,
            "aucun ne tient cette base : rien n’est traité ni envoyé",
            "« systemctl status guichet », ou lancez-le",
        )),
        None => {}
    }
    let page = match TcpListener::bind(listen).await {
        Ok(_) if locked == Some(true) => Check::fault(
            AREA,
            "pages",
            format!("{listen} est libre alors que guichet tourne"),
            "le service écoute ailleurs : les réglages lus ici sont-ils les siens ?",
        ),
        Ok(_) => Check::warning(
            AREA,
            "pages",
            format!("{listen} est libre : rien n’y est servi"),
            "lancez « guichet serve »",
        ),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => match health(listen).await {
            Ok(()) => Check::good(AREA, "pages", format!("{listen} répond")),
            Err(says) => Check::fault(
                AREA,
                "pages",
                format!("{listen} est pris, et {says}"),
                "un autre programme l’occupe peut-être : changez web.listen",
            ),
        },
        Err(error) => Check::fault(
            AREA,
            "pages",
            format!("{listen} ne peut être ouvert ({})", io_words(&error)),
            "corrigez web.listen",
        ),
    };
    checks.push(page);
    checks
}

/// Asks `/sante` as a load balancer does.
async fn health(listen: std::net::SocketAddr) -> Result<(), String> {
    let asked = async {
        let mut stream = TcpStream::connect(listen).await?;
        let ask = format!("GET /sante HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n");
        stream.write_all(ask.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(64 * 1024).read_to_end(&mut answer).await?;
        std::io::Result::Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    match asked.await {
        Ok(answer) if answer.starts_with("HTTP/1.1 200") && answer.contains("\"status\"") => Ok(()),
        Ok(answer) => {
            let line = answer.lines().next().unwrap_or("rien");
            Err(format!("/sante y répond « {} »", crate::message::one_line(line, 80)))
        }
        Err(error) => Err(format!("/sante n’y répond pas ({})", io_words(&error))),
    }
}
