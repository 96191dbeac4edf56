//! 数据库断开：PostgreSQL 的连接在事务中间断掉，没有一半的；通了之后接着做完。

use mingjing_store::config::Location;
use mingjing_testkit::chance::SeededRng;
use mingjing_testkit::database::{Database, on_postgres};

use crate::list::{IMPORT, Importing, finish, require_kept, undisturbed, write};
use crate::place::{Place, Server, until};
use crate::proxy::Proxy;

const CUTS: u64 = 6;

fn place_behind(db: &Database) -> (Place, Proxy) {
    let Location::Postgres(url) = db.empty_config().unwrap().location else {
        panic!("PostgreSQL only");
    };
    let proxy = Proxy::before(&url);
    let place = Place::with(&format!("[store]\ndatabase = {:?}\n", proxy.url(&url)));
    write(&place);
    place.run(&["migrate"]).good();
    (place, proxy)
}

#[test]
fn cut_off_in_the_middle_of_a_transaction_it_leaves_no_half() {
    let expected = undisturbed();
    on_postgres(async |db| {
        let (place, proxy) = place_behind(&db);
        let chance = SeededRng::new(11);
        let mut acknowledged = 0;
        for _ in 0..CUTS {
            let bytes = 20_000 + chance.next() % 150_000;
            proxy.cut_after(i64::try_from(bytes).unwrap());
            let (rows, ran) = Importing::start(place.command(&IMPORT)).end();
            proxy.mend();
            acknowledged = acknowledged.max(rows);
            if ran.code == Some(0) {
                break;
            }
            assert_eq!(ran.code, Some(2), "{ran:?}");
            assert!(ran.err.contains("数据库暂时不可用"), "{ran:?}");
            require_kept(&place, acknowledged);
        }
        assert_eq!(finish(&place), expected);
    });
}

#[test]
fn a_server_cut_off_is_not_ready_and_goes_on_when_the_database_is_back() {
    on_postgres(async |db| {
        let (place, proxy) = place_behind(&db);
        let server: Server = place.serve();
        assert_eq!(server.get("/readyz").status, 200);
        proxy.cut_after(1);
        // The integrator looks every 200 ms and breaks the line.
        until("the cut", || server.get("/readyz").status != 200);
        assert_eq!(server.get("/healthz").status, 200);
        proxy.mend();
        until("the database", || server.get("/readyz").status == 200);
        let done = place.run(&IMPORT);
        assert_eq!(done.code, Some(0), "{done:?}");
        place.wait_for_log();
        assert_eq!(server.stop(), Some(0));
        place.require_sound();
    });
}
