// A small design around the component: a ROM that it is loaded from, and on its bus a RAM, a register that prints a byte,
// and pins. Two more addresses end with an error, or not at all.
module example #(parameter IMAGE = "image.hex") (
    input wire clock,
    input wire reset,
    // The registers, once the component is loaded.
    input wire cyc,
    input wire we,
    input wire [5:0] adr,
    input wire [31:0] dat,
    output wire [31:0] dat_read,
    output wire ack,
    output wire err,
    output wire busy,
    output wire waiting,
    output wire loaded,
    output wire refused,
    // What programs do.
    output reg prints,
    output reg [7:0] character,
    output reg [7:0] pins
);
    localparam [3:0] RAM = 0, PRINTER = 1, PINS = 2, SILENT = 3;

    wire boot_cyc;
    wire [5:0] boot_adr;
    wire [31:0] boot_dat;
    boot #(.IMAGE(IMAGE)) boot(
        .clock(clock), .reset(reset), .busy(busy), .cyc(boot_cyc), .adr(boot_adr), .dat(boot_dat),
        .ack(ack), .err(err), .done(loaded), .failed(refused)
    );

    wire bus, bus_we, answers;
    wire [31:0] bus_adr, bus_write;
    wire [3:0] bus_sel;
    reg [31:0] bus_read;
    reg bus_ack, bus_err;
    wafer_core core(
        .clock(clock),
        .reset(reset),
        .wbs_cyc_i(loaded ? cyc : boot_cyc),
        .wbs_stb_i(loaded ? cyc : boot_cyc),
        .wbs_we_i(!loaded | we),
        .wbs_adr_i(loaded ? adr : boot_adr),
        .wbs_dat_i(loaded ? dat : boot_dat),
        .wbs_dat_o(dat_read),
        .wbs_ack_o(ack),
        .wbs_err_o(err),
        .wbm_cyc_o(bus),
        .wbm_stb_o(answers),
        .wbm_we_o(bus_we),
        .wbm_adr_o(bus_adr),
        .wbm_sel_o(bus_sel),
        .wbm_dat_o(bus_write),
        .wbm_dat_i(bus_read),
        .wbm_ack_i(bus_ack),
        .wbm_err_i(bus_err),
        .busy(busy),
        .waiting(waiting)
    );

    // Each answers in the next cycle.
    reg [31:0] ram [0:255];
    wire [3:0] device = bus_adr[31:28];
    wire asked = bus & answers & !bus_ack & !bus_err;
    wire writes = asked & bus_we & (bus_sel == 4'b1111);
    always @(posedge clock) begin
        bus_ack <= asked & !reset & (device < SILENT);
        bus_err <= asked & !reset & (device > SILENT);
        prints <= writes & (device == PRINTER);
        character <= bus_write[7:0];
        if (writes & (device == RAM)) ram[bus_adr[9:2]] <= bus_write;
        if (writes & (device == PINS)) pins <= bus_write[7:0];
        bus_read <= device == RAM ? ram[bus_adr[9:2]] : {24'd0, pins};
        if (reset) pins <= 0;
    end
endmodule
