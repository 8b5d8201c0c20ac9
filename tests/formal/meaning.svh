// What an instruction `operation` without immediates makes of the operands `left` and `right`, or of `left` alone: the
// meanings of the WebAssembly Core Specification 2.0, section 4.3.2.

    // One of 32 bits, or of 64, that the ALU executes; with one operand; a comparison of 64 bits; others.
    reg family32, family64, unary, compares, shifts, counts, counts64;
    wire [31:0] i = left[31:0], j = right[31:0];
    wire [5:0] k64 = right[5:0];
    wire [4:0] k32 = right[4:0];
    reg [63:0] meaning;
    wire [63:0] doubled = {i, i};
    wire [127:0] doubled64 = {left, left};
    integer n;
    reg [63:0] leading, trailing, ones;
    always @(*) begin
        // The number of zeros above the highest one, below the lowest one, and of ones.
        counts64 = operation == `I64_CLZ | operation == `I64_CTZ | operation == `I64_POPCNT;
        leading = counts64 ? 64 : 32;
        for (n = 0; n < 64; n = n + 1) if (left[n] & (counts64 | n < 32)) leading = (counts64 ? 63 : 31) - n;
        trailing = counts64 ? 64 : 32;
        for (n = 63; n >= 0; n = n - 1) if (left[n] & (counts64 | n < 32)) trailing = n;
        ones = 0;
        for (n = 0; n < 64; n = n + 1) ones = ones + (left[n] & (counts64 | n < 32));
    end

    always @(*) begin
        family32 = 1;
        family64 = 0;
        unary = 0;
        compares = 0;
        shifts = 0;
        counts = 0;
        meaning = 0;
        case (operation)
            `I32_EQZ: begin meaning = i == 0; unary = 1; end
            `I32_EQ: meaning = i == j;
            `I32_NE: meaning = i != j;
            `I32_LT_S: meaning = $signed(i) < $signed(j);
            `I32_LT_U: meaning = i < j;
            `I32_GT_S: meaning = $signed(i) > $signed(j);
            `I32_GT_U: meaning = i > j;
            `I32_LE_S: meaning = $signed(i) <= $signed(j);
            `I32_LE_U: meaning = i <= j;
            `I32_GE_S: meaning = $signed(i) >= $signed(j);
            `I32_GE_U: meaning = i >= j;
            `I32_ADD: meaning = i + j;
            `I32_SUB: meaning = i - j;
            `I32_AND: meaning = i & j;
            `I32_OR: meaning = i | j;
            `I32_XOR: meaning = i ^ j;
            `I32_WRAP_I64: begin meaning = i; unary = 1; end
            `I32_EXTEND8_S: begin meaning = {{24{i[7]}}, i[7:0]}; unary = 1; end
            `I32_EXTEND16_S: begin meaning = {{16{i[15]}}, i[15:0]}; unary = 1; end
            default: family32 = 0;
        endcase
        if (!family32) begin
            family64 = 1;
            case (operation)
                `I64_EQZ: begin meaning = left == 0; unary = 1; compares = 1; end
                `I64_EQ: begin meaning = left == right; compares = 1; end
                `I64_NE: begin meaning = left != right; compares = 1; end
                `I64_LT_S: begin meaning = $signed(left) < $signed(right); compares = 1; end
                `I64_LT_U: begin meaning = left < right; compares = 1; end
                `I64_GT_S: begin meaning = $signed(left) > $signed(right); compares = 1; end
                `I64_GT_U: begin meaning = left > right; compares = 1; end
                `I64_LE_S: begin meaning = $signed(left) <= $signed(right); compares = 1; end
                `I64_LE_U: begin meaning = left <= right; compares = 1; end
                `I64_GE_S: begin meaning = $signed(left) >= $signed(right); compares = 1; end
                `I64_GE_U: begin meaning = left >= right; compares = 1; end
                `I64_ADD: meaning = left + right;
                `I64_SUB: meaning = left - right;
                `I64_AND: meaning = left & right;
                `I64_OR: meaning = left | right;
                `I64_XOR: meaning = left ^ right;
                `I64_EXTEND_I32_S: begin meaning = {{32{i[31]}}, i}; unary = 1; end
                `I64_EXTEND_I32_U: begin meaning = {32'd0, i}; unary = 1; end
                `I64_EXTEND8_S: begin meaning = {{56{left[7]}}, left[7:0]}; unary = 1; end
                `I64_EXTEND16_S: begin meaning = {{48{left[15]}}, left[15:0]}; unary = 1; end
                `I64_EXTEND32_S: begin meaning = {{32{left[31]}}, left[31:0]}; unary = 1; end
                default: family64 = 0;
            endcase
        end
        if (!family32 & !family64) begin
            shifts = 1;
            case (operation)
                `I32_SHL: meaning = i << k32;
                `I32_SHR_U: meaning = i >> k32;
                `I32_SHR_S: meaning = {{32{i[31]}}, i} >> k32;
                `I32_ROTL: meaning = doubled << k32 >> 32;
                `I32_ROTR: meaning = doubled >> k32;
                `I64_SHL: meaning = left << k64;
                `I64_SHR_U: meaning = left >> k64;
                `I64_SHR_S: meaning = {{64{left[63]}}, left} >> k64;
                `I64_ROTL: meaning = doubled64 << k64 >> 64;
                `I64_ROTR: meaning = doubled64 >> k64;
                default: shifts = 0;
            endcase
        end
        if (!family32 & !family64 & !shifts) begin
            counts = 1;
            unary = 1;
            case (operation)
                `I32_CLZ, `I64_CLZ: meaning = leading;
                `I32_CTZ, `I64_CTZ: meaning = trailing;
                `I32_POPCNT, `I64_POPCNT: meaning = ones;
                default: begin counts = 0; unary = 0; end
            endcase
        end
    end
    wire is64 = family64 & !compares | shifts & operation >= `I64_SHL | counts64;
