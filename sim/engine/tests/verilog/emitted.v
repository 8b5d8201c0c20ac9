// Printed by rust-hdl 0.46 from a design with a stack, a decoder, a byte-enable RAM, an
// enum state machine and a wrapped SB_SPRAM256KA.
module top(clock,opcode,d,addr,we,out,dout,sdout,flag);

    // Module arguments
    input wire  clock;
    input wire  [7:0] opcode;
    input wire  [31:0] d;
    input wire  [7:0] addr;
    input wire  [3:0] we;
    output reg  [31:0] out;
    output reg  [31:0] dout;
    output reg  [15:0] sdout;
    output reg  flag;

    // Enums
    localparam AluOp$Nop = 0;
    localparam AluOp$Eqz = 1;
    localparam AluOp$Add = 2;
    localparam AluOp$Sub = 3;
    localparam AluOp$And = 4;

    // Stub signals
    reg  stack$clock;
    reg  stack$push;
    reg  stack$pop;
    reg  stack$load;
    reg  [31:0] stack$d;
    wire  [31:0] stack$tos;
    wire  [31:0] stack$nos;
    reg  [7:0] dec$opcode;
    wire  [2:0] dec$op;
    reg  ram$clock;
    reg  [7:0] ram$addr;
    reg  [31:0] ram$din;
    reg  [3:0] ram$we;
    wire  [31:0] ram$dout;
    reg  sp$clock;
    reg  [13:0] sp$addr;
    reg  [15:0] sp$din;
    reg  [3:0] sp$mask;
    reg  sp$we;
    wire  [15:0] sp$dout;
    reg  [12:0] count$d;
    wire  [12:0] count$q;
    reg  count$clock;
    reg  [69:0] wide$d;
    wire  [69:0] wide$q;
    reg  wide$clock;
    reg  [2:0] state$d;
    wire  [2:0] state$q;
    reg  state$clock;

    // Local signals
    reg  [31:0] sum;

    // Sub module instances
    top$stack stack(
        .clock(stack$clock),
        .push(stack$push),
        .pop(stack$pop),
        .load(stack$load),
        .d(stack$d),
        .tos(stack$tos),
        .nos(stack$nos)
    );
    top$dec dec(
        .opcode(dec$opcode),
        .op(dec$op)
    );
    top$ram ram(
        .clock(ram$clock),
        .addr(ram$addr),
        .din(ram$din),
        .we(ram$we),
        .dout(ram$dout)
    );
    top$sp sp(
        .clock(sp$clock),
        .addr(sp$addr),
        .din(sp$din),
        .mask(sp$mask),
        .we(sp$we),
        .dout(sp$dout)
    );
    top$count count(
        .d(count$d),
        .q(count$q),
        .clock(count$clock)
    );
    top$wide wide(
        .d(wide$d),
        .q(wide$q),
        .clock(wide$clock)
    );
    top$state state(
        .d(state$d),
        .q(state$q),
        .clock(state$clock)
    );

    // Update code
    always @(*) begin
        count$clock = clock;
        wide$clock = clock;
        state$clock = clock;
        count$d = count$q;
        wide$d = wide$q;
        state$d = state$q;
        stack$clock = clock;
        ram$clock = clock;
        sp$clock = clock;
        dec$opcode = opcode;
        sum = stack$tos + stack$nos;
        stack$push = opcode[32'h0];
        stack$pop = opcode[32'h1];
        stack$load = 1'b0;
        stack$d = d;
        state$d = dec$op;
        case (state$q)
            AluOp$Add:
                begin
                    stack$load = 1'b1;
                    stack$d = sum;
                end
            AluOp$Sub:
                begin
                    stack$load = 1'b1;
                    stack$d = stack$nos - stack$tos;
                end
            AluOp$And:
                begin
                    stack$d = stack$nos & d;
                    stack$load = |opcode;
                end
            default:
                begin
                    stack$load = opcode[32'h2];
                end
        endcase
        ram$addr = addr;
        ram$din = d;
        ram$we = we;
        sp$addr = ((addr) & 14'h3fff) << 32'h3;
        sp$din = d[(32'h7)+:(16)];
        sp$mask = we;
        sp$we = |we;
        count$d = count$q + 32'h1;
        wide$d = (wide$q << 32'h7) ^ ((d) & 70'h3fffffffffffffffff);
        out = stack$tos;
        dout = ram$dout;
        sdout = sp$dout;
        flag = (wide$q[(32'h3c)+:(8)] > opcode) & count$q[32'h3];
    end

endmodule // top


module top$count(d,q,clock);

    // Module arguments
    input wire  [12:0] d;
    output reg  [12:0] q;
    input wire  clock;

    // Update code (custom)
    initial begin
       q = 13'h0;
    end

    always @(posedge clock) begin
       q <= d;
    end

endmodule // top$count


module top$dec(opcode,op);

    // Module arguments
    input wire  [7:0] opcode;
    output reg  [2:0] op;

    // Enums
    localparam AluOp$Nop = 0;
    localparam AluOp$Eqz = 1;
    localparam AluOp$Add = 2;
    localparam AluOp$Sub = 3;
    localparam AluOp$And = 4;

    // Update code
    always @(*) begin
        op = AluOp$Nop;
        case (opcode)
            69:
                begin
                    op = AluOp$Eqz;
                end
            106:
                begin
                    op = AluOp$Add;
                end
            107:
                begin
                    op = AluOp$Sub;
                end
            113:
                begin
                    op = AluOp$And;
                end
            default:
                begin
                end
        endcase
    end

endmodule // top$dec


module top$ram(clock,addr,din,we,dout);

    // Module arguments
    input wire  clock;
    input wire  [7:0] addr;
    input wire  [31:0] din;
    input wire  [3:0] we;
    output reg  [31:0] dout;

    // Update code (custom)
    reg [31:0] mem [255:0];
    always @(posedge clock) begin
    if (we[0]) mem[addr][7:0] <= din[7:0];
    if (we[1]) mem[addr][15:8] <= din[15:8];
    if (we[2]) mem[addr][23:16] <= din[23:16];
    if (we[3]) mem[addr][31:24] <= din[31:24];
    dout <= mem[addr];
    end
endmodule // top$ram

// v-- Setting output parameters to net type for wrapped code.


module top$sp(clock,addr,din,mask,we,dout);

    // Module arguments
    input wire  clock;
    input wire  [13:0] addr;
    input wire  [15:0] din;
    input wire  [3:0] mask;
    input wire  we;
    output wire  [15:0] dout;

    // Update code (wrapper)
    SB_SPRAM256KA ram(.ADDRESS(addr), .DATAIN(din), .MASKWREN(mask), .WREN(we), .CHIPSELECT(1'b1), .CLOCK(clock), .STANDBY(1'b0), .SLEEP(1'b0), .POWEROFF(1'b1), .DATAOUT(dout));
endmodule // top$sp


module top$stack(clock,push,pop,load,d,tos,nos);

    // Module arguments
    input wire  clock;
    input wire  push;
    input wire  pop;
    input wire  load;
    input wire  [31:0] d;
    output reg  [31:0] tos;
    output reg  [31:0] nos;

    // Stub signals
    reg  [31:0] top$d;
    wire  [31:0] top$q;
    reg  top$clock;
    reg  [7:0] depth$d;
    wire  [7:0] depth$q;
    reg  depth$clock;
    reg  [7:0] ram$read_address;
    reg  ram$read_clock;
    wire  [31:0] ram$read_data;
    reg  [7:0] ram$write_address;
    reg  ram$write_clock;
    reg  [31:0] ram$write_data;
    reg  ram$write_enable;

    // Sub module instances
    top$stack$top top(
        .d(top$d),
        .q(top$q),
        .clock(top$clock)
    );
    top$stack$depth depth(
        .d(depth$d),
        .q(depth$q),
        .clock(depth$clock)
    );
    top$stack$ram ram(
        .read_address(ram$read_address),
        .read_clock(ram$read_clock),
        .read_data(ram$read_data),
        .write_address(ram$write_address),
        .write_clock(ram$write_clock),
        .write_data(ram$write_data),
        .write_enable(ram$write_enable)
    );

    // Update code
    always @(*) begin
        top$clock = clock;
        depth$clock = clock;
        top$d = top$q;
        depth$d = depth$q;
        ram$read_clock = clock;
        ram$write_clock = clock;
        ram$read_address = depth$q - 32'h1;
        ram$write_address = depth$q;
        ram$write_data = top$q;
        ram$write_enable = push;
        if (push) begin
            depth$d = depth$q + 32'h1;
        end
        else if (pop) begin
            depth$d = depth$q - 32'h1;
        end
        if (load) begin
            top$d = d;
        end
        tos = top$q;
        nos = ram$read_data;
    end

endmodule // top$stack


module top$stack$depth(d,q,clock);

    // Module arguments
    input wire  [7:0] d;
    output reg  [7:0] q;
    input wire  clock;

    // Update code (custom)
    initial begin
       q = 8'h0;
    end

    always @(posedge clock) begin
       q <= d;
    end

endmodule // top$stack$depth


module top$stack$ram(read_address,read_clock,read_data,write_address,write_clock,write_data,write_enable);

    // Module arguments
    input wire  [7:0] read_address;
    input wire  read_clock;
    output reg  [31:0] read_data;
    input wire  [7:0] write_address;
    input wire  write_clock;
    input wire  [31:0] write_data;
    input wire  write_enable;

    // Update code (custom)
    reg[31:0] mem[255:0];



    always @(posedge read_clock) begin
       read_data <= mem[read_address];
    end

    always @(posedge write_clock) begin
       if (write_enable) begin
          mem[write_address] <= write_data;
       end
    end

endmodule // top$stack$ram


module top$stack$top(d,q,clock);

    // Module arguments
    input wire  [31:0] d;
    output reg  [31:0] q;
    input wire  clock;

    // Update code (custom)
    initial begin
       q = 32'h0;
    end

    always @(posedge clock) begin
       q <= d;
    end

endmodule // top$stack$top


module top$state(d,q,clock);

    // Module arguments
    input wire  [2:0] d;
    output reg  [2:0] q;
    input wire  clock;

    // Enums
    localparam AluOp$Nop = 0;
    localparam AluOp$Eqz = 1;
    localparam AluOp$Add = 2;
    localparam AluOp$Sub = 3;
    localparam AluOp$And = 4;

    // Update code (custom)
    initial begin
       q = 64'h0;
    end

    always @(posedge clock) begin
       q <= d;
    end

endmodule // top$state


module top$wide(d,q,clock);

    // Module arguments
    input wire  [69:0] d;
    output reg  [69:0] q;
    input wire  clock;

    // Update code (custom)
    initial begin
       q = 70'h0;
    end

    always @(posedge clock) begin
       q <= d;
    end

endmodule // top$wide
(* blackbox *)
module SB_SPRAM256KA(input [13:0] ADDRESS, input [15:0] DATAIN, input [3:0] MASKWREN, input WREN, CHIPSELECT, CLOCK, STANDBY, SLEEP, POWEROFF, output [15:0] DATAOUT);
endmodule
