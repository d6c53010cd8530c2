console.log('dates')
