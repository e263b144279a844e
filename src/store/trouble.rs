//! What a database refuses, in French with the remedy, where its own words (English, without a file) would leave an operator alone.

use sqlx::migrate::MigrateError;

use crate::fault::io_words;

/// Why the database did not answer.
pub(super) fn words(error: &sqlx::Error) -> String {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    match code.and_then(|code| sqlite_words(&code)) {
        Some(told) => told.to_owned(),
        None if matches!(error, sqlx::Error::PoolTimedOut) => {
            "aucune connexion ne s’est libérée à temps".to_owned()
        }
        None => error.to_string(),
    }
}

/// Why the database server does not let us in.
pub(super) fn connect_words(error: &sqlx::Error) -> String {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    match (error, code.as_deref()) {
        (sqlx::Error::Io(cause), _) => {
            format!("le serveur PostgreSQL ne peut être joint ({}) ; vérifiez qu’il tourne, et database.url", io_words(cause))
        }
        (sqlx::Error::Tls(cause), _) => {
            format!("le chiffrement avec le serveur PostgreSQL a échoué ({cause}) ; vérifiez sslmode dans database.url")
        }
        (_, Some(code @ ("28000" | "28P01"))) => {
            format!("PostgreSQL refuse l’utilisateur ou le mot de passe ({code}) ; corrigez database.url")
        }
        (_, Some("3D000")) => {
            "PostgreSQL répond, mais cette base n’y existe pas ; créez-la (« createdb »), ou corrigez database.url".to_owned()
        }
        (_, Some("53300")) => {
            "PostgreSQL n’a plus de connexion libre ; augmentez max_connections, ou baissez database.readers".to_owned()
        }
        (_, Some("57P03")) => "PostgreSQL démarre ou s’arrête ; attendez un instant".to_owned(),
        _ => words(error),
    }
}

/// Why the tables could not be brought up to date.
pub(super) fn migration_words(error: &MigrateError) -> String {
    match error {
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => words(cause),
        other => other.to_string(),
    }
}

/// SQLite's number, whose last octet is the kind; PostgreSQL's codes have five characters.
fn sqlite_words(code: &str) -> Option<&'static str> {
    let number = code.parse::<u32>().ok().filter(|_| code.len() < 5)?;
    Some(match number & 0xff {
        5 | 6 => "un autre programme la tient ; arrêtez-le, ou attendez qu’il ait fini",
        8 => {
            "elle ne peut être que lue ; donnez le fichier, ses voisins -wal et -shm et leur dossier à l’utilisateur du service"
        }
        10 => "le disque ne se lit ou ne s’écrit pas ; voyez le journal du système",
        11 | 26 => {
            "le fichier est abîmé ou n’est pas une base ; gardez-en une copie et reprenez la sauvegarde"
        }
        13 => "le disque est plein ; faites de la place",
        14 => "le fichier ne s’ouvre pas ; vérifiez database.url et les droits du fichier et de son dossier",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use sqlx::SqlitePool;

    use super::super::StoreError;

    #[tokio::test]
    async fn a_database_that_can_only_be_read_says_so_in_french() {
        let folder = tempfile::tempdir().unwrap();
        let url = |mode: &str| format!("sqlite:{}?mode={mode}", folder.path().join("guichet.db").display());
        SqlitePool::connect(&url("rwc")).await.unwrap().close().await;
        let pool = SqlitePool::connect(&url("ro")).await.unwrap();
        let refused = sqlx::query("CREATE TABLE t (a)").execute(&pool).await.unwrap_err();
        let told = StoreError::from(refused).to_string();
        assert!(told.contains("que lue ; donnez le fichier"), "{told}");
        let absent = SqlitePool::connect("sqlite:/nowhere/guichet.db").await.unwrap_err();
        let told = StoreError::from(absent).to_string();
        assert!(told.contains("le fichier ne s’ouvre pas ; vérifiez database.url"), "{told}");
    }
}
