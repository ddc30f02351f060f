//! The longer parts of the listing's form: places, what is chosen from long lists, and what one says of oneself.

use leptos::prelude::*;

use super::options;
use crate::part::choices::any_of_many;
use crate::part::form::{Form, Takes, hinted, label, line, select, wrong};
use crate::texts::{t, t_with};
use crate::typed::at;
use crate::typed::listing::{ListingTyped, PlaceTyped};

/// Draws the places of visits in person, while there are such visits.
pub(super) fn places(form: Form<ListingTyped>) -> impl IntoView {
    let wanted = Memo::new(move |_| form.with(|typed| typed.formats.contains("in_person")));
    let rows = Memo::new(move |_| form.with(|typed| typed.places.len()));
    move || {
        wanted.get().then(|| {
            view! {
                <section class="stack" id="places">
                    <h2>{t("listing-places")}</h2>
                    <p class="small quiet">{t("listing-places-hint")}</p>
                    {move || (0..rows.get()).map(|row| place(form, row)).collect_view()}
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

fn place(form: Form<ListingTyped>, row: usize) -> impl IntoView {
    let title = t_with("listing-place", [("number", (row + 1).into())]);
    view! {
        <fieldset class="sheet stack">
            <legend class="label">{title}</legend>
            <div class="pair">
                {line(form, at("city", row), label(t("listing-city")), Takes::Text, move |typed| {
                    typed.places.get_mut(row).map(|place| &mut place.city)
                })}
                {select(form, at("place-state", row), label(t("listing-state")), options::states(), move |typed| {
                    typed.places.get_mut(row).map(|place| &mut place.state)
                })}
            </div>
            <p class="small quiet">{t("listing-spot-hint")}</p>
            <div class="pair">
                {line(form, at("lat", row), label(t("listing-lat")), Takes::Number, move |typed| {
                    typed.places.get_mut(row).map(|place| &mut place.lat)
                })}
                {line(form, at("lon", row), label(t("listing-lon")), Takes::Number, move |typed| {
                    typed.places.get_mut(row).map(|place| &mut place.lon)
                })}
            </div>
            <button
                type="button"
                class="button button-word"
                on:click=move |_| form.change(|typed| {
                    if row < typed.places.len() {
                        typed.places.remove(row);
                    }
                })
            >
                {t("listing-place-away")}
            </button>
        </fieldset>
    }
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
