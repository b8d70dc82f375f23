// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// @notice The few of halmos's own cheat codes that are used.
interface Svm {
    function createUint(uint256 bits, string calldata name) external returns (uint256);
    function createCalldata(string calldata contractName) external returns (bytes memory);
    function enableSymbolicStorage(address account) external;
}

/// @notice Authority, Electorate and Committee of the symbolic checks, as far as a box asks them: anyone may create a poll, one
/// member, one trustee. The real ones hash and multiply, which a solver cannot follow; forge tests them with the box.
contract SymbolicParts {
    address public constant TRUSTEE = address(0x725);

    function canCall(address, address, bytes4) external pure returns (bool immediate, uint32 delay) {
        return (true, 0);
    }

    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=timestamp";
    }

    function weighted() external pure returns (bool) {
        return true;
    }

    function checkpointAt(uint256) external pure returns (uint256 root, uint256 size, uint256 totalWeight) {
        return (7, 1, 100);
    }

    function termInfo(uint256) external pure returns (address[] memory trustees, uint256 threshold, uint256 options) {
        trustees = new address[](1);
        trustees[0] = TRUSTEE;
        return (trustees, 1, 3);
    }

    function trusteeOf(uint256, uint256) external pure returns (address) {
        return TRUSTEE;
    }

    function keys(uint256, uint256) public pure returns (uint256[2][] memory list) {
        list = new uint256[2][](3);
        (list[0], list[1], list[2]) = ([uint256(1), 2], [uint256(3), 4], [uint256(5), 6]);
    }

    function electionKeys(uint256 term) external pure returns (uint256[2][] memory) {
        return keys(term, 0);
    }
}
