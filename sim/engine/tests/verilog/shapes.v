// The shapes that rust-hdl's own simulation computes differently.
module top(a, b, c, y0, y1, y2, y3, y4, y5, y6, y7, y8, y9);
    input wire [7:0] a;
    input wire [7:0] b;
    input wire [7:0] c;
    output reg [7:0] y0;
    output reg [15:0] y1;
    output reg [15:0] y2;
    output reg y3;
    output reg y4;
    output reg [7:0] y5;
    output reg [7:0] y6;
    output reg y7;
    output reg [7:0] y8;
    output reg [7:0] y9;
    always @(*) begin
        y0 = a & b == c;
        y1 = ((a + b) & 16'hffff);
        y2 = ((~a) & 16'hffff);
        y3 = (a + 32'h1) == b;
        y4 = (a - b) < 32'ha;
        y5 = (a + 32'h1) >> 32'h1;
        y6 = (~a | 32'h0) >> 32'h1;
        y7 = $signed(a) < 32'h0;
        y8 = a << (b[(32'h0)+:(3)] + 32'h1);
        y9 = 8'h0;
        case (a + 32'h1)
            0: begin y9 = 8'h1; end
            1: begin y9 = b; end
            255: begin y9 = c; end
            256: begin y9 = 8'h2; end
            default: begin y9 = (a & ~(1 << (c[(32'h0)+:(3)])) | ((b[0]) << (c[(32'h0)+:(3)]))); end
        endcase
    end
endmodule
