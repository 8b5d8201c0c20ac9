// A clock is a clock here: every output is the reference, locked from the
// start. One cycle of the simulation is one cycle of the output.
module NAME(input CLOCK_IN, input RESETB, input BYPASS, input EXTFEEDBACK,
    input [7:0] DYNAMICDELAY, input LATCHINPUTVALUE, input SDI, input SCLK, output SDO,
    output LOCK, CLOCKS_OUT);
    parameter FEEDBACK_PATH = 0;
    parameter DELAY_ADJUSTMENT_MODE_FEEDBACK = 0;
    parameter DELAY_ADJUSTMENT_MODE_RELATIVE = 0;
    parameter SHIFTREG_DIV_MODE = 0;
    parameter FDA_FEEDBACK = 0;
    parameter FDA_RELATIVE = 0;
    parameter PLLOUT_SELECT = 0;
    parameter PLLOUT_SELECT_PORTA = 0;
    parameter PLLOUT_SELECT_PORTB = 0;
    parameter DIVR = 0;
    parameter DIVF = 0;
    parameter DIVQ = 0;
    parameter FILTER_RANGE = 0;
    parameter ENABLE_ICEGATE = 0;
    parameter ENABLE_ICEGATE_PORTA = 0;
    parameter ENABLE_ICEGATE_PORTB = 0;
    parameter TEST_MODE = 0;
    parameter EXTERNAL_DIVIDE_FACTOR = 0;
    PASS_THROUGH
    assign LOCK = 1'b1;
    assign SDO = 1'b0;
endmodule
