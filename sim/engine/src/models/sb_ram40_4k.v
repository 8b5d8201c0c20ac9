// 4096 bits in 16-bit words with a mask whose set bits keep the old value.
// Modelled for mode 0 (256 x 16) of both ports and one clock for both.
module SB_RAM40_4K #(parameter READ_MODE = 0, parameter WRITE_MODE = 0) (
    output reg [15:0] RDATA, input RCLK, input RCLKE, input RE, input [10:0] RADDR,
    input WCLK, input WCLKE, input WE, input [10:0] WADDR, input [15:0] MASK, input [15:0] WDATA);
    // a mode that is not modelled makes this range an error
    wire [0 - (READ_MODE != 0 || WRITE_MODE != 0):0] only_mode_0;
    assign only_mode_0 = 1'b0;
    reg [15:0] mem [0:255];
    wire [15:0] old;
    assign old = mem[WADDR[7:0]];
    always @(posedge RCLK) if (RE & RCLKE) RDATA <= mem[RADDR[7:0]];
    always @(posedge WCLK)
        if (WE & WCLKE) mem[WADDR[7:0]] <= WDATA & ~MASK | old & MASK;
endmodule
