# The pages of whoever runs the server.

steward-title = Listings to look at
steward-text = Compare name, NPI and licences with the public registers. Only what fits together goes into the directory.
steward-none = No listing waits. When a therapist sends one, it stands here.
steward-since = Waits since { $date }
steward-npi = NPI
steward-no-npi = None given
steward-npi-fits = The check digit fits.
steward-npi-wrong = The check digit does not fit.
steward-licence = Licence, { $state }
steward-licence-until = good until { $date }
steward-licence-ended = ended on { $date }
steward-about = What they say about their work
steward-where = The NPI stands in the NPPES registry, the licence at the board of its state. This page asks neither, so that nobody learns whom you look at.
steward-verify = It fits, let it in
steward-verified = { $name } is in the directory.
steward-refuse = It does not fit
steward-reason = Reason
steward-reason-hint = The therapist reads it and can change the listing.
steward-reason-missing = The therapist needs a reason.
steward-refuse-button = Send it back with this reason
steward-refused = It is sent back.

steward-plans-title = Plans
steward-plans-text = Payers give tables of plans and of who takes them. Each row that cannot be used is named with its reason; the others count.
steward-plans-file = Choose a table
steward-plans-file-hint = A CSV file. It is put into the field below; nothing is sent yet.
steward-plans-table = Or paste the table
steward-plans-table-hint = With its first line, which names the columns.
steward-plans-missing = There is no table yet.
steward-plans-button = Bring it in
steward-plans-working = Reading every row …
steward-plans-done = The table is read.
steward-plans-report = What became of it
steward-plans-read = { $count ->
    [one] One row read
   *[other] { $count } rows read
}
steward-plans-added = { $count } new
steward-plans-changed = { $count } changed
steward-plans-unchanged = { $count } as before
steward-plans-rejected = { $count } not taken
steward-plans-line = Line
steward-plans-reason = Why not
steward-plans-more = { $count ->
    [one] And one more.
   *[other] And { $count } more.
}

ghosts-title = Ghosts
ghosts-text = A ghost is a listing that cannot be had: nobody answers, no new people are taken, the plan is not taken after all.
ghosts-rate = { $rate } of the tries here met a ghost; between { $low } and { $high } with chance taken into account.
ghosts-wide = Too few tries to say: with chance taken into account, anything between { $low } and { $high } of them may meet a ghost.
ghosts-none-yet = Nobody has tried yet, so there is nothing to say.
ghosts-listed = { $count ->
    [one] One listing in the results
   *[other] { $count } listings in the results
}
ghosts-stale = { $count ->
    [0] None has left the results for want of proof
    [one] One has left the results because nothing shows it true
   *[other] { $count } have left the results because nothing shows them true
}
ghosts-attempts = { $count ->
    [one] One try of the last 90 days whose end is known
   *[other] { $count } tries of the last 90 days whose end is known
}
ghosts-met = { $count ->
    [0] Each of them met somebody
    [one] One of them met nobody
   *[other] { $count } of them met nobody
}
ghosts-means = A try is a request, a booking or a report. Few tries make a wide band; then the rate says little.
ghosts-field = In published studies, 58 to 86 percent of the mental health listings that were called could not be had.
ghosts-counted = Counted { $date }.

steward-log-title = Log
steward-log-text = What was done in this server’s name, with the day. No person who looks for help stands here.
