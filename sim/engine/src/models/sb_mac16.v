// Multiplier and accumulator in its 16 x 16 modes. Resets take effect at the
// clock edge, not at once.
module SB_MAC16(input CLK, input CE, input [15:0] C, input [15:0] A, input [15:0] B,
    input [15:0] D, input AHOLD, input BHOLD, input CHOLD, input DHOLD, input IRSTTOP,
    input IRSTBOT, input ORSTTOP, input ORSTBOT, input OLOADTOP, input OLOADBOT,
    input ADDSUBTOP, input ADDSUBBOT, input OHOLDTOP, input OHOLDBOT, input CI, input ACCUMCI,
    input SIGNEXTIN, output [31:0] O, output CO, output ACCUMCO, output SIGNEXTOUT);
    parameter [0:0] NEG_TRIGGER = 0;
    parameter [0:0] C_REG = 0;
    parameter [0:0] A_REG = 0;
    parameter [0:0] B_REG = 0;
    parameter [0:0] D_REG = 0;
    parameter [0:0] TOP_8x8_MULT_REG = 0;
    parameter [0:0] BOT_8x8_MULT_REG = 0;
    parameter [0:0] PIPELINE_16x16_MULT_REG1 = 0;
    parameter [0:0] PIPELINE_16x16_MULT_REG2 = 0;
    parameter [1:0] TOPOUTPUT_SELECT = 0;
    parameter [1:0] TOPADDSUB_LOWERINPUT = 0;
    parameter [0:0] TOPADDSUB_UPPERINPUT = 0;
    parameter [1:0] TOPADDSUB_CARRYSELECT = 0;
    parameter [1:0] BOTOUTPUT_SELECT = 0;
    parameter [1:0] BOTADDSUB_LOWERINPUT = 0;
    parameter [0:0] BOTADDSUB_UPPERINPUT = 0;
    parameter [1:0] BOTADDSUB_CARRYSELECT = 0;
    parameter [0:0] MODE_8x8 = 0;
    parameter [0:0] A_SIGNED = 0;
    parameter [0:0] B_SIGNED = 0;
    // these ranges are errors where the parameters ask for what is not modelled:
    // the falling edge, the 8 x 8 mode, and 8 x 8 products
    wire [0 - NEG_TRIGGER:0] rising_edge_only;
    wire [0 - MODE_8x8:0] mode_16x16_only;
    wire [0 - (TOPOUTPUT_SELECT == 2):0] top_output_not_8x8;
    wire [0 - (BOTOUTPUT_SELECT == 2):0] bottom_output_not_8x8;
    wire [0 - (TOPADDSUB_LOWERINPUT == 1):0] top_adder_not_8x8;
    wire [0 - (BOTADDSUB_LOWERINPUT == 1):0] bottom_adder_not_8x8;
    // the first pipeline stage has three enables that must agree
    wire [0 - (TOP_8x8_MULT_REG != PIPELINE_16x16_MULT_REG1):0] top_stage_agrees;
    wire [0 - (BOT_8x8_MULT_REG != PIPELINE_16x16_MULT_REG1):0] bottom_stage_agrees;
    assign rising_edge_only = 1'b0;
    assign mode_16x16_only = 1'b0;
    assign top_output_not_8x8 = 1'b0;
    assign bottom_output_not_8x8 = 1'b0;
    assign top_adder_not_8x8 = 1'b0;
    assign bottom_adder_not_8x8 = 1'b0;
    assign top_stage_agrees = 1'b0;
    assign bottom_stage_agrees = 1'b0;

    reg [15:0] a_held;
    reg [15:0] b_held;
    reg [15:0] c_held;
    reg [15:0] d_held;
    reg [31:0] product_first;
    reg [31:0] product_second;
    reg [15:0] top;
    reg [15:0] bottom;
    wire [15:0] a;
    wire [15:0] b;
    wire [15:0] c;
    wire [15:0] d;
    assign a = A_REG ? a_held : A;
    assign b = B_REG ? b_held : B;
    assign c = C_REG ? c_held : C;
    assign d = D_REG ? d_held : D;

    wire [31:0] a_wide;
    wire [31:0] b_wide;
    wire [31:0] product_now;
    wire [31:0] product_mid;
    wire [31:0] product;
    assign a_wide = {{16{A_SIGNED & a[15]}}, a};
    assign b_wide = {{16{B_SIGNED & b[15]}}, b};
    assign product_now = a_wide * b_wide;
    assign product_mid = PIPELINE_16x16_MULT_REG1 ? product_first : product_now;
    assign product = PIPELINE_16x16_MULT_REG2 ? product_second : product_mid;

    // the two adders; subtraction inverts the accumulator before and after
    wire [15:0] bottom_upper;
    wire [15:0] bottom_lower;
    wire bottom_carry_in;
    wire [16:0] bottom_sum;
    wire [15:0] bottom_next;
    assign bottom_upper = BOTADDSUB_UPPERINPUT ? d : bottom;
    assign bottom_lower = BOTADDSUB_LOWERINPUT == 0 ? b
        : BOTADDSUB_LOWERINPUT == 2 ? product[15:0] : {16{SIGNEXTIN}};
    assign bottom_carry_in = BOTADDSUB_CARRYSELECT == 0 ? 1'b0
        : BOTADDSUB_CARRYSELECT == 1 ? 1'b1 : BOTADDSUB_CARRYSELECT == 2 ? ACCUMCI : CI;
    assign bottom_sum = {1'b0, bottom_lower} + {1'b0, bottom_upper ^ {16{ADDSUBBOT}}}
        + {16'h0, bottom_carry_in};
    assign bottom_next = OLOADBOT ? d : bottom_sum[15:0] ^ {16{ADDSUBBOT}};

    wire [15:0] top_upper;
    wire [15:0] top_lower;
    wire top_carry_in;
    wire [16:0] top_sum;
    wire [15:0] top_next;
    assign top_upper = TOPADDSUB_UPPERINPUT ? c : top;
    assign top_lower = TOPADDSUB_LOWERINPUT == 0 ? a
        : TOPADDSUB_LOWERINPUT == 2 ? product[31:16] : {16{bottom_lower[15]}};
    assign top_carry_in = TOPADDSUB_CARRYSELECT == 0 ? 1'b0
        : TOPADDSUB_CARRYSELECT == 1 ? 1'b1
        : TOPADDSUB_CARRYSELECT == 2 ? bottom_sum[16] : bottom_sum[16] ^ ADDSUBBOT;
    assign top_sum = {1'b0, top_lower} + {1'b0, top_upper ^ {16{ADDSUBTOP}}}
        + {16'h0, top_carry_in};
    assign top_next = OLOADTOP ? c : top_sum[15:0] ^ {16{ADDSUBTOP}};

    assign ACCUMCO = top_sum[16];
    assign CO = top_sum[16] ^ ADDSUBTOP;
    assign SIGNEXTOUT = top_lower[15];
    assign O[31:16] = TOPOUTPUT_SELECT == 0 ? top_next : TOPOUTPUT_SELECT == 1 ? top : product[31:16];
    assign O[15:0] = BOTOUTPUT_SELECT == 0 ? bottom_next
        : BOTOUTPUT_SELECT == 1 ? bottom : product[15:0];

    always @(posedge CLK) begin
        if (CE) begin
            if (~AHOLD) a_held <= A;
            if (~BHOLD) b_held <= B;
            if (~CHOLD) c_held <= C;
            if (~DHOLD) d_held <= D;
            product_first <= product_now;
            product_second <= product_mid;
            if (~OHOLDTOP) top <= top_next;
            if (~OHOLDBOT) bottom <= bottom_next;
        end
        if (IRSTTOP) begin a_held <= 16'h0; c_held <= 16'h0; product_first[31:16] <= 16'h0; end
        if (IRSTBOT) begin b_held <= 16'h0; d_held <= 16'h0; product_first[15:0] <= 16'h0; end
        if (IRSTBOT) product_second <= 32'h0;
        if (ORSTTOP) top <= 16'h0;
        if (ORSTBOT) bottom <= 16'h0;
    end
endmodule
