// A small accumulator machine in the style of emitted Verilog: a decoder, an
// ALU, byte-enable data memory and a program memory written from outside.
module top(clock, reset, out, halted, retire, retired_pc);
    input wire  clock;
    input wire  reset;
    output reg [31:0] out;
    output reg  halted;
    output reg  retire;
    output reg [7:0] retired_pc;
    localparam Op$Halt = 0;
    localparam Op$Load = 1;
    localparam Op$Add = 2;
    localparam Op$Sub = 3;
    localparam Op$Store = 4;
    localparam Op$Jnz = 5;
    localparam Op$Const = 6;
    localparam Op$Xor = 7;
    localparam Op$Shl = 8;
    localparam Op$Lts = 9;
    reg [31:0] pc$d; wire [31:0] pc$q; reg pc$clock;
    reg [31:0] acc$d; wire [31:0] acc$q; reg acc$clock;
    reg [31:0] insn;
    reg [31:0] ram$addr; wire [31:0] ram$dout; reg [31:0] ram$din; reg [3:0] ram$we; reg ram$clock;
    reg [31:0] prog [0:255];
    top$pc pc(.d(pc$d), .q(pc$q), .clock(pc$clock));
    top$acc acc(.d(acc$d), .q(acc$q), .clock(acc$clock));
    top$ram ram(.addr(ram$addr), .din(ram$din), .we(ram$we), .dout(ram$dout), .clock(ram$clock));
    always @(*) insn = prog[pc$q[7:0]];
    always @(*) begin
        pc$clock = clock; acc$clock = clock; ram$clock = clock;
        pc$d = pc$q; acc$d = acc$q;
        ram$addr = insn[23:0]; ram$din = acc$q; ram$we = 32'h0;
        out = acc$q; halted = 1'b0; retire = 1'b1; retired_pc = pc$q;
        pc$d = pc$q + 32'h1;
        case (insn[(32'h18)+:(8)])
            Op$Halt: begin pc$d = pc$q; halted = 1'b1; retire = 1'b0; end
            Op$Load: begin acc$d = ram$dout; end
            Op$Add: begin acc$d = acc$q + ram$dout; end
            Op$Sub: begin acc$d = acc$q - ram$dout; end
            Op$Store: begin ram$we = 4'hf; end
            Op$Jnz: begin if (acc$q != 32'h0) begin pc$d = insn[23:0]; end end
            Op$Const: begin acc$d = insn[23:0]; end
            Op$Xor: begin acc$d = acc$q ^ ram$dout; end
            Op$Shl: begin acc$d = acc$q << insn[4:0]; end
            Op$Lts: begin acc$d = $signed(acc$q) < $signed(ram$dout); end
            default: begin pc$d = pc$q; halted = 1'b1; retire = 1'b0; end
        endcase
        if (reset) begin pc$d = 32'h0; acc$d = 32'h0; ram$we = 4'h0; end
    end
endmodule
module top$pc(d, q, clock);
    input wire [31:0] d; output reg [31:0] q; input wire clock;
    initial begin q = 32'h0; end
    always @(posedge clock) begin q <= d; end
endmodule
module top$acc(d, q, clock);
    input wire [31:0] d; output reg [31:0] q; input wire clock;
    initial begin q = 32'h0; end
    always @(posedge clock) begin q <= d; end
endmodule
module top$ram(addr, din, we, dout, clock);
    input wire [31:0] addr; input wire [31:0] din; input wire [3:0] we; output reg [31:0] dout;
    input wire clock;
    reg [31:0] mem [63:0];
    always @(*) dout = mem[addr[5:0]];
    always @(posedge clock) begin
        if (we[0]) mem[addr[5:0]][7:0] <= din[7:0];
        if (we[1]) mem[addr[5:0]][15:8] <= din[15:8];
        if (we[2]) mem[addr[5:0]][23:16] <= din[23:16];
        if (we[3]) mem[addr[5:0]][31:24] <= din[31:24];
    end
endmodule
