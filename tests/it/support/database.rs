//! The same story on both databases: a new SQLite file, a new database of a real PostgreSQL.

use guichet::store;

use super::postgres;

/// A new, empty database, gone with the test.
pub(crate) struct Database {
    pub(crate) settings: store::Settings,
    // Holds the SQLite file.
    _folder: Option<tempfile::TempDir>,
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("guichet.db").display());
        Self { settings: store::Settings { url, readers: 4 }, _folder: Some(folder) }
    }

    pub(crate) async fn postgres() -> Self {
        let url = postgres::fresh_database().await;
        Self { settings: store::Settings { url, readers: 4 }, _folder: None }
    }
}

/// Makes two tests of a story that takes a [`Database`]: `story::sqlite` and `story::postgres`.
macro_rules! on_both {
    ($($story:ident),+ $(,)?) => {
        $(mod $story {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$story($crate::support::database::Database::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::$story($crate::support::database::Database::postgres().await).await;
            }
        })+
    };
}
pub(crate) use on_both;
