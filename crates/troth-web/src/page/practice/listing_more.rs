//! The longer parts of the listing's form: places, what is chosen from long lists, and what one says of oneself.

use leptos::prelude::*;

use super::options;
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::browser;
use crate::part::choices::any_of_many;
use crate::part::doing::{Doing, trouble};
use crate::part::form::{Form, Takes, hinted, label, line, select, wrong};
use crate::part::rows::{self, Rows};
use crate::texts::{t, t_with};
use crate::typed::listing::{ListingTyped, PlaceTyped};
use crate::typed::zip::find_spot;
use crate::typed::{Why, at};

const PLACES: Rows<ListingTyped, PlaceTyped> = |typed| &mut typed.places;

/// Draws the places of visits in person, while there are such visits.
pub(super) fn places(app: App, form: Form<ListingTyped>) -> impl IntoView {
    let wanted = Memo::new(move |_| form.with(|typed| typed.formats.contains("in_person")));
    move || {
        wanted.get().then(|| {
            view! {
                <section class="stack" id="places">
                    <h2>{t("listing-places")}</h2>
                    <p class="small quiet">{t("listing-places-hint")}</p>
                    {rows::rows(form, PLACES, move |at| place(app, form, at))}
                    <button
                        type="button"
                        id="add-place"
                        class="button button-second"
                        aria-describedby="add-place-wrong"
                        aria-invalid=move || form.wrong_at("add-place").map(|_| "true")
                        on:click=move |_| {
                            form.mend("add-place");
                            form.change(|typed| typed.places.push(PlaceTyped::default()));
                        }
                    >
                        {t("listing-place-add")}
                    </button>
                    {wrong(form, "add-place".to_owned())}
                </section>
            }
        })
    }
}

fn place(app: App, form: Form<ListingTyped>, row: usize) -> impl IntoView {
    let title = t_with("listing-place", [("number", (row + 1).into())]);
    let fields = view! {
        <div class="pair">
            {line(form, at("city", row), label(t("listing-city")), Takes::Text, move |typed| {
                typed.places.get_mut(row).map(|place| &mut place.city)
            })}
            {select(form, at("place-state", row), label(t("listing-state")), options::states(), move |typed| {
                typed.places.get_mut(row).map(|place| &mut place.state)
            })}
        </div>
        {zip(app, form, row)}
    };
    rows::row(form, (PLACES, row), title, t("listing-place-away"), fields)
}

/// The ZIP code, and where that is: looked up as soon as its five digits stand.
fn zip(app: App, form: Form<ListingTyped>, row: usize) -> impl IntoView {
    let doing = Doing::new();
    let place = move || form.with(|typed| typed.places.get(row).cloned().unwrap_or_default());
    let wanted = Memo::new(move |_| {
        Some(place())
            .filter(PlaceTyped::wants_spot)
            .map(|it| it.zip)
    });
    Effect::new(move |_| {
        if let Some(zip) = wanted.get() {
            look_up(app, form, doing, (row, zip));
        }
    });
    let known = move || {
        let place = place();
        match (place.spot(), place.zip.is_empty()) {
            (None, _) => String::new(),
            (Some(_), true) => t("listing-zip-kept"),
            (Some(_), false) => t_with("listing-zip-known", [("zip", place.zip.trim().into())]),
        }
    };
    view! {
        <div class="stack-close">
            {line(form, at("zip", row), hinted(t("listing-zip"), t("listing-zip-hint")), Takes::Digits, move |typed| {
                typed.places.get_mut(row).map(|place| &mut place.zip)
            })}
            {trouble(doing)}
            <p class="small" role="status">{known}</p>
        </div>
    }
}

/// Asks the table that this server gives for one ZIP code; where it has none, that is told at the field.
fn look_up(app: App, form: Form<ListingTyped>, doing: Doing, (row, zip): (usize, String)) {
    let asked = zip.clone();
    let work = async move {
        let table = browser::text("/zip.txt")
            .await
            .ok_or_else(Trouble::offline)?;
        Ok::<_, Trouble>(find_spot(&table, asked.trim()))
    };
    app.run(doing, work, move |spot| match spot {
        Some(spot) => form.change(|typed| {
            if let Some(place) = typed.places.get_mut(row) {
                place.known = Some((zip.trim().to_owned(), spot));
            }
        }),
        None => form.point(&at("zip", row), Why::Zip),
    });
}

/// Draws what is chosen from long lists.
pub(super) fn chosen(form: Form<ListingTyped>) -> impl IntoView {
    view! {
        {any_of_many(form, "specialties", t("listing-specialties"), options::specialties(), |typed| {
            Some(&mut typed.specialties)
        })}
        {any_of_many(form, "modalities", t("listing-modalities"), options::modalities(), |typed| {
            Some(&mut typed.modalities)
        })}
        {any_of_many(form, "languages", t("listing-languages"), options::languages(), |typed| {
            Some(&mut typed.languages)
        })}
    }
}

/// Draws what a therapist may say of themself, and may leave unsaid.
pub(super) fn yourself(form: Form<ListingTyped>) -> impl IntoView {
    view! {
        <section class="stack">
            <h2>{t("listing-yourself")}</h2>
            <p class="small quiet">{t("listing-yourself-hint")}</p>
            <div class="pair">
                {select(form, "gender", label(t("listing-gender")), options::genders(), |typed| Some(&mut typed.gender))}
                {select(form, "age_band", label(t("listing-age")), options::ages(), |typed| Some(&mut typed.age_band))}
            </div>
            {line(form, "years", hinted(t("listing-years"), t("listing-years-hint")), Takes::Number, |typed| {
                Some(&mut typed.years)
            })}
        </section>
    }
}
