// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {MilestoneTreasury} from "../../contracts/audit/MilestoneTreasury.sol";

/// @notice A token anyone may mint.
contract PlainToken is ERC20 {
    constructor() ERC20("Plain", "PLN") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @notice A token that keeps a hundredth of every transfer.
contract FeeToken is PlainToken {
    function _update(address from, address to, uint256 amount) internal override {
        uint256 fee = from == address(0) || to == address(0) ? 0 : amount / 100;
        super._update(from, to, amount - fee);
        if (fee != 0) super._update(from, address(0), fee);
    }
}

/// @notice A token that calls back whenever it is moved, and has tokens of its own to pay with.
contract ReentrantToken is PlainToken {
    address private target;
    bytes private call;
    uint256 public refused;
    uint256 public entered;

    function arm(address target_, bytes calldata call_) external {
        (target, call) = (target_, call_);
        _approve(address(this), target_, type(uint256).max);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        address called = target;
        if (called == address(0)) return;
        target = address(0);
        (bool done,) = called.call(call);
        done ? ++entered : ++refused;
    }
}

/// @notice A beneficiary that asks for its money again while it is paid.
contract ReentrantPayee {
    MilestoneTreasury private immutable treasury;
    uint256 private immutable milestoneId;
    uint256 private immutable attestationId;
    uint256 public refused;

    constructor(MilestoneTreasury treasury_, uint256 milestoneId_, uint256 attestationId_) {
        (treasury, milestoneId, attestationId) = (treasury_, milestoneId_, attestationId_);
    }

    receive() external payable {
        try treasury.release(milestoneId, attestationId) {}
        catch {
            ++refused;
        }
        try treasury.clawBack(milestoneId) {}
        catch {
            ++refused;
        }
    }
}
