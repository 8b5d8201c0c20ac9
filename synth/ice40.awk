# What of iCE40 a placement uses, for report.awk.

/ICESTORM_LC:/  { cells = used(); all_cells = available() }
/ICESTORM_RAM:/ { brams = used(); all_brams = available() }
