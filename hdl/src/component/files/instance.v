// An instance of the core, to be copied into a design. `wbs` is the bus on which it is loaded and started, `wbm` the one
// on which its programs reach devices; a device without errors leaves `wbm_err_i` at 0.
wafer_core wafer_core_instance(
    .clock(clock),
    .reset(reset),

    .wbs_cyc_i(wbs_cyc),
    .wbs_stb_i(wbs_stb),
    .wbs_we_i(wbs_we),
    .wbs_adr_i(wbs_adr[5:0]),
    .wbs_dat_i(wbs_dat_write),
    .wbs_dat_o(wbs_dat_read),
    .wbs_ack_o(wbs_ack),
    .wbs_err_o(wbs_err),

    .wbm_cyc_o(wbm_cyc),
    .wbm_stb_o(wbm_stb),
    .wbm_we_o(wbm_we),
    .wbm_adr_o(wbm_adr),
    .wbm_sel_o(wbm_sel),
    .wbm_dat_o(wbm_dat_write),
    .wbm_dat_i(wbm_dat_read),
    .wbm_ack_i(wbm_ack),
    .wbm_err_i(wbm_err),

    .busy(busy),
    .waiting(waiting)
);
