//! 迁移：空库到最新，再来一次什么也不做。

use mingjing_store::config::{Location, StoreConfig};
use mingjing_store::context::Context;
use mingjing_store::error::StoreError;
use mingjing_store::store::Store;

#[tokio::test]
async fn from_nothing_to_the_newest_and_not_twice() {
    let folder = tempfile::tempdir().unwrap();
    let config = StoreConfig::new(Location::Sqlite(folder.path().join("a.db")));
    let context = Context::system("t");
    let first = Store::migrate(&config, &context).await.unwrap();
    assert_eq!(first.len(), 7);
    let second = Store::migrate(&config, &context).await.unwrap();
    assert!(second.is_empty());
    let store = Store::open(&config).await.unwrap();
    store
        .write(&context, async |tx| {
            tx.keep_facts(&[7; 32], "{}").await?;
            tx.keep_facts(&[7; 32], "{}").await
        })
        .await
        .unwrap();
    let body = store.read(async |read| read.get_facts(&[7; 32]).await);
    assert_eq!(body.await.unwrap(), "{}");
    let other = store.read(async |read| read.get_facts(&[8; 32]).await);
    assert!(matches!(other.await, Err(StoreError::NotFound(_))));
    store.close().await;
}
