//! Limits that an admin changes on the running server.

use super::script::check;

#[test]
fn an_admin_changes_a_limit_and_others_do_not() {
    check(
        ">> 1 hello wish=ann
         > 1 limits
           1< forbidden
         >> 1 key admin
         > 1 limits
           1 is told the limits
         > 1 limits max-per-address 200
           audit: 1 limit [max-per-address=200]
           1 changes max-per-address=200 limits
         > 1 limits max-per-address
           1< bad_request
         > 1 limits wrong-guesses off
           1< bad_request
         > 9 operator limits max-users 5
           audit: 0 limit [max-users=5] from unix:1000
           9 changes max-users=5 limits",
    );
}

#[test]
fn a_changed_limit_holds_from_its_place_in_the_order_on() {
    check(
        "rules max_users=1
         >> 1 hello wish=ann
         > 2 hello wish=ben
           2 rejected: server_full
         >> limit max-users 2
         >> 2 hello wish=ben
         > 3 hello wish=cat
           3 rejected: server_full",
    );
}
