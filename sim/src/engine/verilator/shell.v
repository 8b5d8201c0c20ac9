// Around the core, for Verilator only. Inputs are registered, so that no logic follows from a top-level input: such
// logic would be evaluated again at both clock edges, which costs a third of the speed. The shim counts the extra
// cycle. Outputs are as wide as any plan needs, so that the shim is the same for all.
`include "retire.vh"

module shell(
    input clock, input reset,
    input [2:0] host_space, input [31:0] host_addr, input [95:0] host_wdata, input host_write, input host_read,
    output [95:0] host_rdata, output host_waits,
    output running, output [7:0] stop, output [31:0] stop_pc,
    `RETIRE_OUTPUTS
    output ret_vld
);
    reg r_reset, r_write, r_read;
    reg [2:0] r_space;
    reg [31:0] r_addr;
    reg [95:0] r_wdata;

    always @(posedge clock) begin
        r_reset <= reset;
        r_space <= host_space;
        r_addr <= host_addr;
        r_wdata <= host_wdata;
        r_write <= host_write;
        r_read <= host_read;
    end

    wafer wafer(
        .clock(clock), .reset(r_reset),
        .host_space(r_space), .host_addr(r_addr), .host_wdata(r_wdata), .host_write(r_write), .host_read(r_read),
        .host_rdata(host_rdata), .host_waits(host_waits),
        .running(running), .stop(stop), .stop_pc(stop_pc),
        `RETIRE_CONNECTIONS
        .ret_vld(ret_vld)
    );
endmodule
