// Generated from the Solidity sources, do not edit: npm run contracts:generate

export const settlementTokenAbi = [
  {
    inputs: [
      { internalType: 'string', name: 'name_', type: 'string' },
      { internalType: 'string', name: 'symbol_', type: 'string' },
      { internalType: 'uint8', name: 'decimals_', type: 'uint8' },
      { internalType: 'address', name: 'authority_', type: 'address' },
    ],
    stateMutability: 'nonpayable',
    type: 'constructor',
  },
  {
    inputs: [{ internalType: 'address', name: 'authority', type: 'address' }],
    name: 'AccessManagedInvalidAuthority',
    type: 'error',
  },
  {
    inputs: [
      { internalType: 'address', name: 'caller', type: 'address' },
      { internalType: 'uint32', name: 'delay', type: 'uint32' },
    ],
    name: 'AccessManagedRequiredDelay',
    type: 'error',
  },
  {
    inputs: [{ internalType: 'address', name: 'caller', type: 'address' }],
    name: 'AccessManagedUnauthorized',
    type: 'error',
  },
  { inputs: [{ internalType: 'address', name: 'account', type: 'address' }], name: 'AccountFrozen', type: 'error' },
  {
    inputs: [
      { internalType: 'address', name: 'spender', type: 'address' },
      { internalType: 'uint256', name: 'allowance', type: 'uint256' },
      { internalType: 'uint256', name: 'needed', type: 'uint256' },
    ],
    name: 'ERC20InsufficientAllowance',
    type: 'error',
  },
  {
    inputs: [
      { internalType: 'address', name: 'sender', type: 'address' },
      { internalType: 'uint256', name: 'balance', type: 'uint256' },
      { internalType: 'uint256', name: 'needed', type: 'uint256' },
    ],
    name: 'ERC20InsufficientBalance',
    type: 'error',
  },
  {
    inputs: [{ internalType: 'address', name: 'approver', type: 'address' }],
    name: 'ERC20InvalidApprover',
    type: 'error',
  },
  {
    inputs: [{ internalType: 'address', name: 'receiver', type: 'address' }],
    name: 'ERC20InvalidReceiver',
    type: 'error',
  },
  { inputs: [{ internalType: 'address', name: 'sender', type: 'address' }], name: 'ERC20InvalidSender', type: 'error' },
  {
    inputs: [{ internalType: 'address', name: 'spender', type: 'address' }],
    name: 'ERC20InvalidSpender',
    type: 'error',
  },
  { inputs: [], name: 'SupplyTooLarge', type: 'error' },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'address', name: 'account', type: 'address' },
      { indexed: false, internalType: 'bool', name: 'frozen', type: 'bool' },
    ],
    name: 'AccountFreezeChanged',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'address', name: 'owner', type: 'address' },
      { indexed: true, internalType: 'address', name: 'spender', type: 'address' },
      { indexed: false, internalType: 'uint256', name: 'value', type: 'uint256' },
    ],
    name: 'Approval',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [{ indexed: false, internalType: 'address', name: 'authority', type: 'address' }],
    name: 'AuthorityUpdated',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'address', name: 'from', type: 'address' },
      { indexed: false, internalType: 'uint256', name: 'amount', type: 'uint256' },
      { indexed: true, internalType: 'address', name: 'sender', type: 'address' },
    ],
    name: 'CrosschainBurn',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'address', name: 'to', type: 'address' },
      { indexed: false, internalType: 'uint256', name: 'amount', type: 'uint256' },
      { indexed: true, internalType: 'address', name: 'sender', type: 'address' },
    ],
    name: 'CrosschainMint',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'address', name: 'from', type: 'address' },
      { indexed: true, internalType: 'address', name: 'to', type: 'address' },
      { indexed: false, internalType: 'uint256', name: 'value', type: 'uint256' },
    ],
    name: 'Transfer',
    type: 'event',
  },
  {
    inputs: [
      { internalType: 'address', name: 'owner', type: 'address' },
      { internalType: 'address', name: 'spender', type: 'address' },
    ],
    name: 'allowance',
    outputs: [{ internalType: 'uint256', name: '', type: 'uint256' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'spender', type: 'address' },
      { internalType: 'uint256', name: 'value', type: 'uint256' },
    ],
    name: 'approve',
    outputs: [{ internalType: 'bool', name: '', type: 'bool' }],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [],
    name: 'authority',
    outputs: [{ internalType: 'address', name: '', type: 'address' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [{ internalType: 'address', name: 'account', type: 'address' }],
    name: 'balanceOf',
    outputs: [{ internalType: 'uint256', name: '', type: 'uint256' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'from', type: 'address' },
      { internalType: 'uint256', name: 'value', type: 'uint256' },
    ],
    name: 'crosschainBurn',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'to', type: 'address' },
      { internalType: 'uint256', name: 'value', type: 'uint256' },
    ],
    name: 'crosschainMint',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [],
    name: 'decimals',
    outputs: [{ internalType: 'uint8', name: '', type: 'uint8' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'account', type: 'address' },
      { internalType: 'bool', name: 'frozen', type: 'bool' },
    ],
    name: 'freeze',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [],
    name: 'isConsumingScheduledOp',
    outputs: [{ internalType: 'bytes4', name: '', type: 'bytes4' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [{ internalType: 'address', name: 'account', type: 'address' }],
    name: 'isFrozen',
    outputs: [{ internalType: 'bool', name: '', type: 'bool' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'account', type: 'address' },
      { internalType: 'uint256', name: 'amount', type: 'uint256' },
    ],
    name: 'mint',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [],
    name: 'name',
    outputs: [{ internalType: 'string', name: '', type: 'string' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [{ internalType: 'address', name: 'newAuthority', type: 'address' }],
    name: 'setAuthority',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [{ internalType: 'bytes4', name: 'interfaceId', type: 'bytes4' }],
    name: 'supportsInterface',
    outputs: [{ internalType: 'bool', name: '', type: 'bool' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [],
    name: 'symbol',
    outputs: [{ internalType: 'string', name: '', type: 'string' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [],
    name: 'totalSupply',
    outputs: [{ internalType: 'uint256', name: '', type: 'uint256' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'to', type: 'address' },
      { internalType: 'uint256', name: 'value', type: 'uint256' },
    ],
    name: 'transfer',
    outputs: [{ internalType: 'bool', name: '', type: 'bool' }],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'from', type: 'address' },
      { internalType: 'address', name: 'to', type: 'address' },
      { internalType: 'uint256', name: 'value', type: 'uint256' },
    ],
    name: 'transferFrom',
    outputs: [{ internalType: 'bool', name: '', type: 'bool' }],
    stateMutability: 'nonpayable',
    type: 'function',
  },
] as const;

export const settlementTokenBytecode =
  '0x60a06040523461039f576118ce80380380610019816103a3565b92833981019060808183031261039f5780516001600160401b03811161039f57826100459183016103c8565b602082015190926001600160401b03821161039f576100659183016103c8565b60408201519160ff8316830361039f57606001516001600160a01b038116919082900361039f5783516001600160401b0381116102a557600354600181811c91168015610395575b602082101461028757601f8111610327575b50602094601f82116001146102c4579481929394955f926102b9575b50508160011b915f199060031b1c1916176003555b8051906001600160401b0382116102a557600454600181811c9116801561029b575b602082101461028757601f8111610219575b50602090601f83116001146101a35791805f5160206118ae5f395f51905f5294926020945f92610198575b50508160011b915f199060031b1c1916176004555b600580546001600160a01b03191682179055604051908152a1608052604051611494908161041a8239608051816107ea0152f35b015190505f8061014f565b90601f1983169160045f52815f20925f5b81811061020157509260019285926020965f5160206118ae5f395f51905f529896106101e9575b505050811b01600455610164565b01515f1960f88460031b161c191690555f80806101db565b929360206001819287860151815501950193016101b4565b828111156101245760045f52601f830160051c7f8a35acfbc15ff81a39ae7d344fd709f28e8600b4aa8c65c6b64bfe7fe36bd19b6020851061027f575b81601f9101920160051c03905f5b828110610272575050610124565b5f82820155600101610264565b5f9150610256565b634e487b7160e01b5f52602260045260245ffd5b90607f1690610112565b634e487b7160e01b5f52604160045260245ffd5b015190505f806100db565b601f1982169560035f52805f20915f5b88811061030f575083600195969798106102f7575b505050811b016003556100f0565b01515f1960f88460031b161c191690555f80806102e9565b919260206001819286850151815501940192016102d4565b818111156100bf5760035f52601f820160051c7fc2575a0e9e593c00f959f8c92f12db2869c3395a3b0502d05e2516446f71f85b6020841061038d575b81601f9101920160051c03905f5b8281106103805750506100bf565b5f82820155600101610372565b5f9150610364565b90607f16906100ad565b5f80fd5b6040519190601f01601f191682016001600160401b038111838210176102a557604052565b81601f8201121561039f578051906001600160401b0382116102a5576103f7601f8301601f19166020016103a3565b928284526020838301011161039f57815f9260208093018386015e830101529056fe6080806040526004361015610012575f80fd5b5f3560e01c90816301ffc9a714610d365750806306fdde0314610c5d578063095ea7b314610bb057806318160ddd14610b7557806318bf507714610ae357806323b872dd1461094f5780632b8c49e31461080e578063313ce567146107b357806340c10f191461076457806370a08231146106d95780637a9e5e4b1461059f5780638fb360371461050d57806395d89b41146103b4578063a9059cbb14610365578063bf120ae51461024a578063bf7e214f146101f9578063dd62ed3e1461016d5763e5839836146100e2575f80fd5b346101695760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101695773ffffffffffffffffffffffffffffffffffffffff61012e610e3a565b165f52600660205260207f800000000000000000000000000000000000000000000000000000000000000060405f2054161515604051908152f35b5f80fd5b346101695760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610169576101a4610e3a565b73ffffffffffffffffffffffffffffffffffffffff6101c1610e5d565b91165f52600160205273ffffffffffffffffffffffffffffffffffffffff60405f2091165f52602052602060405f2054604051908152f35b34610169575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261016957602073ffffffffffffffffffffffffffffffffffffffff60055416604051908152f35b346101695760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261016957610281610e3a565b60243580151590818103610169577f61d28464e6e4dcaa0d6df0afa51e2c976a43cd92e4529d3037d34fd9327958059173ffffffffffffffffffffffffffffffffffffffff6020926102d3363361118a565b61031e8673ffffffffffffffffffffffffffffffffffffffff165f5260066020527f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff60405f20541690565b901561035f577f800000000000000000000000000000000000000000000000000000000000000017945b1693845f526006835260405f2055604051908152a2005b94610348565b346101695760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610169576103a961039f610e3a565b60243590336110b6565b602060405160018152f35b34610169575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610169576040515f6004548060011c90600181168015610503575b6020831081146104d6578285529081156104945750600114610436575b6104328361042681850382610e80565b60405191829182610df2565b0390f35b91905060045f527f8a35acfbc15ff81a39ae7d344fd709f28e8600b4aa8c65c6b64bfe7fe36bd19b915f905b80821061047a57509091508101602001610426610416565b919260018160209254838588010152019101909291610462565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff001660208086019190915291151560051b840190910191506104269050610416565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602260045260245ffd5b91607f16916103f9565b34610169575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101695760055460a01c60ff16156105975760207f8fb36037000000000000000000000000000000000000000000000000000000005b7fffffffff0000000000000000000000000000000000000000000000000000000060405191168152f35b60205f61056d565b346101695760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610169576105d6610e3a565b6005549073ffffffffffffffffffffffffffffffffffffffff821633036106ad57803b1561066b577fffffffffffffffffffffffff00000000000000000000000000000000000000007f2f658b440c35314f52658ea8a740e05b284cdc84dc9ae01e891f21b8933e7cad9273ffffffffffffffffffffffffffffffffffffffff602093169182911617600555604051908152a1005b73ffffffffffffffffffffffffffffffffffffffff907fc2f31e5e000000000000000000000000000000000000000000000000000000005f521660045260245ffd5b7f068ca9d8000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b346101695760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261016957602061075c610715610e3a565b73ffffffffffffffffffffffffffffffffffffffff165f5260066020527f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff60405f20541690565b604051908152f35b346101695760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610169576107b161079e610e3a565b6107a8363361118a565b60243590610f98565b005b34610169575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261016957602060405160ff7f0000000000000000000000000000000000000000000000000000000000000000168152f35b346101695760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261016957610845610e3a565b6024359061085233610eee565b73ffffffffffffffffffffffffffffffffffffffff81169081156109235761087a839161141a565b8181106108f157825f5260066020520360405f205581600754036007555f817fddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef6020604051868152a36040519182527fb90795a66650155983e242cac3e1ac1a4dc26f8ed2987f3ce416a34e00111fd460203393a3005b827fe450d38c000000000000000000000000000000000000000000000000000000005f5260045260245260445260645ffd5b7f96c6fd1e000000000000000000000000000000000000000000000000000000005f525f60045260245ffd5b346101695760607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261016957610986610e3a565b61098e610e5d565b6044359073ffffffffffffffffffffffffffffffffffffffff831692835f52600160205260405f2073ffffffffffffffffffffffffffffffffffffffff33165f5260205260405f20547fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8110610a0a575b506103a993506110b6565b838110610aaf578415610a83573315610a57576103a9945f52600160205260405f2073ffffffffffffffffffffffffffffffffffffffff33165f526020528360405f2091039055846109ff565b7f94280d62000000000000000000000000000000000000000000000000000000005f525f60045260245ffd5b7fe602df05000000000000000000000000000000000000000000000000000000005f525f60045260245ffd5b83907ffb8f41b2000000000000000000000000000000000000000000000000000000005f523360045260245260445260645ffd5b346101695760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261016957610b1a610e3a565b602435610b2633610eee565b610b308183610f98565b6040519081527fde22baff038e3a3e08407cbdf617deed74e869a7ba517df611e33131c6e6ea04602073ffffffffffffffffffffffffffffffffffffffff33941692a3005b34610169575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610169576020600754604051908152f35b346101695760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261016957610be7610e3a565b602435903315610a835773ffffffffffffffffffffffffffffffffffffffff16908115610a5757335f52600160205260405f20825f526020528060405f20556040519081527f8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b92560203392a3602060405160018152f35b34610169575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610169576040515f6003548060011c90600181168015610d2c575b6020831081146104d6578285529081156104945750600114610cce576104328361042681850382610e80565b91905060035f527fc2575a0e9e593c00f959f8c92f12db2869c3395a3b0502d05e2516446f71f85b915f905b808210610d1257509091508101602001610426610416565b919260018160209254838588010152019101909291610cfa565b91607f1691610ca2565b346101695760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261016957600435907fffffffff00000000000000000000000000000000000000000000000000000000821680920361016957817f333319940000000000000000000000000000000000000000000000000000000060209314908115610dc8575b5015158152f35b7f01ffc9a70000000000000000000000000000000000000000000000000000000091501483610dc1565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f602060409481855280519182918282880152018686015e5f8582860101520116010190565b6004359073ffffffffffffffffffffffffffffffffffffffff8216820361016957565b6024359073ffffffffffffffffffffffffffffffffffffffff8216820361016957565b90601f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0910116810190811067ffffffffffffffff821117610ec157604052565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b5f35604081901c77ffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff8316179190825c610f9357610f78907fffffffff0000000000000000000000000000000000000000000000000000000073ffffffffffffffffffffffffffffffffffffffff60055416911690833091611368565b5015610f8557506001905d565b610f919150369061118a565b565b505050565b9073ffffffffffffffffffffffffffffffffffffffff821691821561108a5760075482810180911161105d577f800000000000000000000000000000000000000000000000000000000000000081101561103557825f9361101f7fddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef9460209460075561141a565b01858552600683526040852055604051908152a3565b7f20dfe2fd000000000000000000000000000000000000000000000000000000005f5260045ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b7fec442f05000000000000000000000000000000000000000000000000000000005f525f60045260245ffd5b9173ffffffffffffffffffffffffffffffffffffffff83169182156109235773ffffffffffffffffffffffffffffffffffffffff811693841561108a576110fc9061141a565b828110611156579180611140602093827fddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef96885f52600687520360405f205561141a565b01855f526006835260405f2055604051908152a3565b9050827fe450d38c000000000000000000000000000000000000000000000000000000005f5260045260245260445260645ffd5b6005549173ffffffffffffffffffffffffffffffffffffffff83169281600411610169576111dd7fffffffff000000000000000000000000000000000000000000000000000000005f3516308587611368565b90156111eb575b5050505050565b63ffffffff1615611326577fffffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffff167401000000000000000000000000000000000000000017600555823b1561016957601f9273ffffffffffffffffffffffffffffffffffffffff5f606481957fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0604051988997889687947f94c7d7ee0000000000000000000000000000000000000000000000000000000086521660048501526040602485015280604485015280868686013785858286010152011681010301925af1801561131b5761130b575b507fffffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffff600554166005555f808080806111e4565b5f61131591610e80565b5f6112d8565b6040513d5f823e3d90fd5b73ffffffffffffffffffffffffffffffffffffffff837f068ca9d8000000000000000000000000000000000000000000000000000000005f521660045260245ffd5b5f9060409295939582967fffffffff00000000000000000000000000000000000000000000000000000000849773ffffffffffffffffffffffffffffffffffffffff8751938160208601967fb7009613000000000000000000000000000000000000000000000000000000008852166024860152166044840152166064820152606481526113f7608482610e80565b8380528360205251915afa61140857565b9150505f51906020518060201c150290565b73ffffffffffffffffffffffffffffffffffffffff1690815f52600660205260405f2054917f800000000000000000000000000000000000000000000000000000000000000083166114695750565b7f4f2a367e000000000000000000000000000000000000000000000000000000005f5260045260245ffd2f658b440c35314f52658ea8a740e05b284cdc84dc9ae01e891f21b8933e7cad' as const;
