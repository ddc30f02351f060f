//! What every operation promises, on both databases.

use crate::support;

mod booking;
mod directory;
mod ending;
mod following;
mod outside;

/// Makes one test of each promise on SQLite, and one of all of them on PostgreSQL, since each
/// start of a server takes seconds.
macro_rules! promises {
    ($($group:ident :: $promise:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $promise() {
                    let (store, _home) = super::support::sqlite();
                    super::$group::$promise(&store).await;
                }
            )*
        }

        #[tokio::test]
        async fn postgresql_keeps_every_promise_of_the_network() {
            let Some(server) = support::postgres::Postgres::start() else {
                return;
            };
            $(
                eprintln!(stringify!($promise));
                $group::$promise(&support::connect(&server.database()).await).await;
            )*
        }
    };
}

promises!(
    directory::a_listing_is_written_submitted_and_verified,
    directory::a_listing_that_somebody_changed_is_not_overwritten,
    directory::an_operator_decides_only_the_version_they_read,
    directory::an_npi_and_an_account_belong_to_one_listing,
    outside::an_import_adds_changes_and_resumes,
    outside::a_listing_with_an_account_is_left_alone_by_imports,
    outside::plans_keep_their_numbers_and_payers_are_believed_of_known_providers,
    directory::the_newest_proof_and_one_trouble_of_strangers_are_kept,
    directory::two_anonymous_reports_remove_nobody,
    directory::one_address_is_believed_about_so_many_listings_a_day,
    directory::who_reported_is_gone_the_next_day,
    directory::hours_have_versions_and_busy_times_have_sources,
    directory::a_feed_that_does_not_answer_waits_longer_each_time,
    directory::thousands_of_busy_times_are_replaced_as_a_whole,
    directory::pages_of_a_shard_hold_each_listing_once,
    directory::only_the_owner_of_the_machine_makes_operators,
    booking::a_hold_takes_the_time_and_ends_by_itself,
    booking::a_person_has_one_live_hold,
    booking::every_conflict_is_named,
    booking::both_partners_accept_and_then_the_provider,
    booking::an_instant_calendar_books_when_both_have_accepted,
    booking::a_partner_with_another_visit_is_refused_and_the_hold_stands,
    booking::a_time_outside_the_rules_is_refused_with_the_reason,
    booking::what_changed_in_the_calendar_is_met_at_the_acceptance,
    ending::a_cancelled_time_is_free_again,
    ending::a_token_moves_a_visit_once,
    ending::a_move_onto_a_taken_time_changes_nothing,
    ending::an_unanswered_request_ends_and_is_evidence,
    ending::a_visit_is_kept_or_missed_after_it_began,
    ending::a_therapist_who_is_gone_leaves_nothing_to_book,
    ending::visits_and_sealed_notes_are_kept_as_long_as_promised,
    booking::an_overbooked_visit_is_audited_and_blocks_others,
    booking::a_practice_cannot_probe_where_a_person_is,
    booking::a_client_is_asked_and_books_by_accepting,
    booking::no_act_sets_a_time_past_a_licences_end,
    booking::a_listing_that_is_not_verified_takes_no_bookings,
    booking::a_quote_is_kept_as_it_was_signed,
    booking::a_quote_of_another_visit_is_refused,
    booking::a_price_is_for_the_state_that_it_was_shown_for,
    booking::strangers_see_nothing_and_notes_are_for_the_provider_alone,
    booking::bookings_are_listed_page_by_page,
    following::a_freed_time_is_offered_in_order_until_somebody_takes_it,
    following::whoever_has_another_visit_is_passed_over,
    following::of_those_who_join_in_one_minute_the_first_is_offered_first,
    following::a_person_waits_once_at_a_provider,
    following::whom_a_time_does_not_fit_keeps_nobody_waiting,
    following::a_person_waits_on_so_many_lists_and_no_more,
    following::a_request_that_comes_again_gets_its_answer_again,
    following::a_key_ends_with_its_booking,
    following::a_reminder_goes_out_once_and_never_for_a_cancelled_visit,
    following::a_number_of_a_notice_never_comes_back,
    following::a_feed_follows_moves_and_cancellations,
    following::an_operation_that_fails_midway_leaves_nothing,
);
