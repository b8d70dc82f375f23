// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// @notice Points of BN254's G1, by the EVM's precompiles: what a forger computes.
library Bn254 {
    uint256 internal constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    function add(uint256[2] memory p, uint256[2] memory q) internal view returns (uint256[2] memory sum) {
        return ask(6, abi.encode(p, q));
    }

    function mul(uint256[2] memory p, uint256 scalar) internal view returns (uint256[2] memory product) {
        return ask(7, abi.encode(p, scalar));
    }

    function neg(uint256[2] memory p) internal pure returns (uint256[2] memory) {
        return [p[0], (Q - p[1]) % Q];
    }

    function ask(uint160 precompile, bytes memory input) private view returns (uint256[2] memory) {
        (bool ok, bytes memory answer) = address(precompile).staticcall(input);
        require(ok, "not a point");
        return abi.decode(answer, (uint256[2]));
    }
}
