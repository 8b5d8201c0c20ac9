// A stand-in with the ports of `wafer`: a call retires one group a cycle, as many as the function index says, each
// adding 1 to the slot at the stack base. Function 99 traps at once with an unreachable. The test gives the numbers of
// the registers START and STACK_BASE.
module wafer(
    input clock, input reset,
    input [2:0] host_space, input [31:0] host_addr, input [95:0] host_wdata, input host_write, input host_read,
    output reg [95:0] host_rdata, output host_waits,
    output reg running, output reg [7:0] stop, output reg [17:0] stop_pc,
    output ret_vld, output [17:0] ret_pc, output [3:0] ret_count, output [7:0] ret_op,
    output ret_push, output ret_write, output [15:0] ret_slot, output [63:0] ret_value,
    output ret_mem, output ret_store, output [31:0] ret_addr, output [3:0] ret_bytes, output [63:0] ret_data,
    output [16:0] ret_height
);
    reg [63:0] stack [0:65535];
    reg [31:0] memory [0:16777215];
    reg [15:0] base;
    reg [31:0] left;
    reg [17:0] pc;
    reg [95:0] read;

    assign host_waits = 0;
    assign ret_vld = running && left != 0;
    assign ret_pc = pc;
    assign ret_count = 1;
    assign ret_op = 8'h6a;
    assign ret_push = 1;
    assign ret_write = 1;
    assign ret_slot = base;
    assign ret_value = stack[base] + 1;
    assign ret_mem = 0;
    assign ret_store = 0;
    assign ret_addr = 0;
    assign ret_bytes = 0;
    assign ret_data = 0;
    assign ret_height = base + 1;

    always @(posedge clock) begin
        read <= host_space == 5 ? {32'b0, stack[host_addr[15:0]]} : {64'b0, memory[host_addr[23:0]]};
        host_rdata <= read;
        if (reset) begin
            running <= 0;
            stop <= 0;
        end else if (running) begin
            if (stop != 0) running <= 0;
            else if (left == 0) running <= 0;
            else begin
                left <= left - 1;
                pc <= pc + 1;
                stack[base] <= ret_value;
            end
        end else if (host_write) begin
            if (host_space == 5) stack[host_addr[15:0]] <= host_wdata[63:0];
            if (host_space == 6) memory[host_addr[23:0]] <= host_wdata[31:0];
            if (host_space == 0 && host_addr == STACK_BASE) base <= host_wdata[15:0];
            if (host_space == 0 && host_addr == START) begin
                running <= 1;
                pc <= 0;
                left <= host_wdata[31:0];
                stop <= host_wdata[31:0] == 99 ? 8'h11 : 0;
                stop_pc <= 7;
                if (host_wdata[31:0] == 99) left <= 0;
            end
        end
    end
endmodule
