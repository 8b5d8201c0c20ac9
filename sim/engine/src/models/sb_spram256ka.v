// 16K words of 16 bits, single port, a write enable for each nibble. The
// output keeps its value while the memory is written or not selected.
module SB_SPRAM256KA(input [13:0] ADDRESS, input [15:0] DATAIN, input [3:0] MASKWREN, input WREN,
    input CHIPSELECT, input CLOCK, input STANDBY, input SLEEP, input POWEROFF,
    output reg [15:0] DATAOUT);
    reg [15:0] mem [0:16383];
    wire active;
    // POWEROFF is active low
    assign active = CHIPSELECT & ~STANDBY & ~SLEEP & POWEROFF;
    always @(posedge CLOCK) begin
        if (active & WREN) begin
            if (MASKWREN[0]) mem[ADDRESS][3:0] <= DATAIN[3:0];
            if (MASKWREN[1]) mem[ADDRESS][7:4] <= DATAIN[7:4];
            if (MASKWREN[2]) mem[ADDRESS][11:8] <= DATAIN[11:8];
            if (MASKWREN[3]) mem[ADDRESS][15:12] <= DATAIN[15:12];
        end
        if (active & ~WREN) DATAOUT <= mem[ADDRESS];
    end
endmodule
