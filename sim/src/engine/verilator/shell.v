// Around the core, for Verilator only. Inputs are registered, so that no logic follows from a top-level input: such
// logic would be evaluated again at both clock edges, which costs a third of the speed. The shim counts the extra
// cycle. Outputs are as wide as any plan needs, so that the shim is the same for all.
module shell(
    input clock, input reset,
    input [2:0] host_space, input [31:0] host_addr, input [95:0] host_wdata, input host_write, input host_read,
    output [95:0] host_rdata,
    output running, output [7:0] stop, output [31:0] stop_pc,
    output ret_vld, output [31:0] ret_pc, output [3:0] ret_count, output [7:0] ret_op,
    output ret_push, output ret_write, output [31:0] ret_slot, output [63:0] ret_value,
    output ret_mem, output ret_store, output [31:0] ret_addr, output [3:0] ret_bytes, output [63:0] ret_data,
    output [31:0] ret_height
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
        .host_rdata(host_rdata),
        .running(running), .stop(stop), .stop_pc(stop_pc),
        .ret_vld(ret_vld), .ret_pc(ret_pc), .ret_count(ret_count), .ret_op(ret_op),
        .ret_push(ret_push), .ret_write(ret_write), .ret_slot(ret_slot), .ret_value(ret_value),
        .ret_mem(ret_mem), .ret_store(ret_store), .ret_addr(ret_addr), .ret_bytes(ret_bytes), .ret_data(ret_data),
        .ret_height(ret_height)
    );
endmodule
