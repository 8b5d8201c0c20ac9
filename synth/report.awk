# What placements came to, from the logs of nextpnr: text, and JSON in the file `json` if it is given. Fails if the
# design does not fit, or if a placement does not reach `mhz`.
#
#   "cells", "brams"  logic cells and block RAMs used
#   "clock_mhz"       what the board needs
#   "fmax_mhz"        what each placement reaches, in the order of the logs
#   "margin"          of the slowest one, as a part of clock_mhz; null without a placement
#
# The file of the family sets cells, all_cells, brams and all_brams.

# The last estimate in a log is the one after routing.
/Max frequency for clock/ {
    if (!(FILENAME in reached)) name[++count] = FILENAME
    split($0, field, ": ")
    reached[FILENAME] = field[3] + 0
}
/^ERROR:/ { error = substr($0, 8) }

# Of a line such as `Info:  ICESTORM_LC:  7512/ 7680  97%`.
function used(  field)      { split($0, field, /:|\//); return field[3] + 0 }
function available(  field) { split($0, field, /:|\//); return field[4] + 0 }

END {
    printf "%s, %s: %d of %d cells, %d of %d block RAMs\n", board, part_name(), cells, all_cells, brams, all_brams
    # Without routing, an estimate says nothing.
    if (error) count = 0
    for (i = 1; i <= count; i++) {
        mhz_of = reached[name[i]]
        list = list (i > 1 ? ", " : "") mhz_of
        # Sorted by insertion.
        for (j = i; j > 1 && sorted[j - 1] > mhz_of; j--) sorted[j] = sorted[j - 1]
        sorted[j] = mhz_of
    }
    margin = count ? sorted[1] / mhz - 1 : "null"
    if (count) {
        printf "%s MHz of %s: worst %s, median %s, best %s, margin %.1f %%\n", list, mhz, sorted[1],
            sorted[int((count + 1) / 2)], sorted[count], 100 * margin
        margin = sprintf("%.4f", margin)
    }
    if (json)
        printf "{\"board\": \"%s\", \"cells\": %d, \"brams\": %d, \"clock_mhz\": %s, \"fmax_mhz\": [%s], \"margin\": %s}\n",
            board, cells, brams, mhz, list, margin > json
    if (cells > all_cells || brams > all_brams) fail("it does not fit the chip")
    if (error) fail("nextpnr: " error)
    if (margin < 0) fail(sorted[1] " MHz is too slow, " mhz " are needed; try another SEED")
}

function part_name() { return part == "core" ? "core alone" : "chip" }

function fail(message) {
    print board ": " message > "/dev/stderr"
    exit 1
}
