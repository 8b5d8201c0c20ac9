# What of ECP5 a placement uses, for report.awk.

/TRELLIS_COMB:/ { cells = used(); all_cells = available() }
/DP16KD:/       { brams = used(); all_brams = available() }
